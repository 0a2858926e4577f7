//! Interrupts from the terminal while test programs run.

use signal_hook::consts::{SIGINT, SIGQUIT};
use signal_hook::flag;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What SIGINT and SIGQUIT do: as long as a program runs, which gets them from the terminal too, gust waits for its end and
/// starts no other; else gust ends. Programs are started with the signals' default action, even if gust was started with
/// the signals ignored.
#[derive(Debug)]
pub struct Interrupts {
    told: Arc<AtomicBool>,
    idle: Arc<AtomicBool>,
    running: Mutex<usize>,
}

impl Interrupts {
    /// Changes what the signals do in this process.
    #[must_use]
    pub fn watch() -> Self {
        let interrupts = Self {
            told: Arc::default(),
            idle: Arc::new(AtomicBool::new(true)),
            running: Mutex::default(),
        };
        for signal in [SIGINT, SIGQUIT] {
            // Without a handler, the signals end gust at any time.
            let idle = Arc::clone(&interrupts.idle);
            let _ = flag::register_conditional_default(signal, idle);
            let _ = flag::register(signal, Arc::clone(&interrupts.told));
        }
        interrupts
    }

    /// Whether a program may be started. To be paired with [`Interrupts::ended`] if so.
    #[must_use]
    pub fn begin(&self) -> bool {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let begins = !self.told.load(Ordering::SeqCst);
        if begins {
            *running += 1;
            self.idle.store(false, Ordering::SeqCst);
        }
        begins
    }

    /// Notes that a program has ended, and all has been said about it. Whether gust is to end now.
    #[must_use]
    pub fn ended(&self) -> bool {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        *running -= 1;
        let last = *running == 0;
        if last {
            self.idle.store(true, Ordering::SeqCst);
        }
        last && self.told.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signal_hook::low_level::raise;

    #[test]
    fn running_programs_are_waited_for() {
        let interrupts = Interrupts::watch();
        assert!(interrupts.begin() && interrupts.begin());
        raise(SIGINT).unwrap();
        assert!(!interrupts.begin());
        assert!(!interrupts.ended());
        assert!(interrupts.ended());
    }
}
