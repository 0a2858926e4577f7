//! Runs a program in the foreground: it gets our arguments, our terminal, and the signals sent to us.

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts as signals;
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::origin::WithOrigin;
use signal_hook::low_level::siginfo::Cause;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;

/// Signals that are handed on.
const FORWARDED: [i32; 8] = [
    signals::SIGINT,
    signals::SIGQUIT,
    signals::SIGTERM,
    signals::SIGHUP,
    signals::SIGUSR1,
    signals::SIGUSR2,
    signals::SIGWINCH,
    signals::SIGCONT,
];

/// Runs a program and gives its exit status. Other statuses than 0 are told, as the official tool does. A program that
/// a signal ended counts as a shell counts it: 128 and the signal's number.
pub fn run(program: &Path, args: &[String]) -> i32 {
    // From before there is a child, so that none gets lost.
    let forwarding = SignalsInfo::<WithOrigin>::new(FORWARDED);
    let mut child = match Command::new(program).args(args).spawn() {
        Ok(child) => child,
        Err(error) => {
            eprintln!("gust: {}: {error}", program.display());
            return 1;
        }
    };
    if let (Ok(mut forwarding), Ok(pid)) = (forwarding, i32::try_from(child.id())) {
        std::thread::spawn(move || {
            for signal in forwarding.forever() {
                // The terminal's own signals reach the child too.
                let of_terminal = signal.cause == Cause::Kernel;
                if !of_terminal
                    && let Some(signal) = Signal::from_named_raw(signal.signal)
                    && let Some(pid) = Pid::from_raw(pid)
                {
                    let _ = kill_process(pid, signal);
                }
            }
        });
    }
    let status = match child.wait() {
        Ok(status) => status,
        Err(error) => {
            eprintln!("gust: {}: {error}", program.display());
            return 1;
        }
    };
    match (status.code(), status.signal()) {
        (Some(0), _) => 0,
        (Some(code), _) => {
            eprintln!("exit status {code}");
            code
        }
        (None, signal) => {
            let signal = signal.unwrap_or_default();
            eprintln!("signal: {}", describe(signal, status.core_dumped()));
            128 + signal
        }
    }
}

/// A signal as Go names it.
pub(crate) fn describe(signal: i32, core_dumped: bool) -> String {
    let name = match signal {
        signals::SIGABRT => "aborted",
        signals::SIGALRM => "alarm clock",
        signals::SIGBUS => "bus error",
        signals::SIGFPE => "floating point exception",
        signals::SIGHUP => "hangup",
        signals::SIGILL => "illegal instruction",
        signals::SIGINT => "interrupt",
        signals::SIGKILL => "killed",
        signals::SIGPIPE => "broken pipe",
        signals::SIGQUIT => "quit",
        signals::SIGSEGV => "segmentation fault",
        signals::SIGTERM => "terminated",
        signals::SIGTRAP => "trace/breakpoint trap",
        signals::SIGUSR1 => "user defined signal 1",
        signals::SIGUSR2 => "user defined signal 2",
        _ => return format!("signal {signal}"),
    };
    let core = if core_dumped { " (core dumped)" } else { "" };
    format!("{name}{core}")
}
