//! What stands between the runtime's code and the model checker (`--cfg loom`).
//!
//! An atomic of the checker must be made while a model runs, and has its own layout. The runtime's are constants in statics,
//! and parts of structures whose layout compiled code knows. So a modelled atomic here is the plain one, which holds the
//! first value, and the checker's stands in a table by its address from [`adopt`] to the end of the execution. What was not
//! adopted, and all code outside of [`check`], uses the plain one: a model adopts everything that its threads share.
//!
//! The checker weakens sequentially consistent accesses to acquire and release; only fences order more than that.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use loom::sync::{Condvar, Mutex};

#[cfg(test)]
use crate::sched::G;
use crate::sched::M;

/// One sleeper on a futex.
struct Sleeper {
    word: usize,
    woken: Rc<(Mutex<bool>, Condvar)>,
}

/// The state of one execution. All threads of a model run on one thread of the system.
#[derive(Default)]
struct Execution {
    atomics: HashMap<usize, Rc<dyn std::any::Any>>,
    /// Guards the sleepers, as the kernel's lock of a futex does.
    kernel: Option<Rc<Mutex<VecDeque<Sleeper>>>>,
    threads: HashMap<loom::thread::ThreadId, usize>,
    goroutines: HashMap<usize, Rc<Wait>>,
    /// What threads do that the scheduler starts.
    thread: Option<fn(*mut M)>,
}

/// Where a goroutine of a model waits: the results it is woken with.
#[derive(Default)]
struct Wait(Mutex<Option<(usize, usize)>>, Condvar);

thread_local! {
    static EXECUTION: RefCell<Option<Execution>> = const { RefCell::new(None) };
}

/// Runs `body` in all orders that the checker finds, with at most so many involuntary switches between threads.
/// What it leaves in memory is there at the next execution: it sets up everything anew.
pub fn check(switches: usize, body: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(switches);
    builder.max_branches = 100_000;
    builder.check(move || {
        EXECUTION.with(|e| {
            let mut execution = Execution::default();
            execution.kernel = Some(Rc::new(Mutex::new(VecDeque::new())));
            *e.borrow_mut() = Some(execution);
        });
        body();
    });
    EXECUTION.with(|e| *e.borrow_mut() = None);
}

/// Makes the checker see an atomic. Before threads are started, in the closure of [`check`].
pub fn adopt(atomics: &[&dyn Adopt]) {
    for atomic in atomics {
        atomic.adopt();
    }
}

/// What [`adopt`] takes.
pub trait Adopt {
    /// Makes the checker see it.
    fn adopt(&self);
}

/// The checker's counterpart of the atomic at an address, if it was adopted.
fn find<T: 'static>(address: usize) -> Option<Rc<T>> {
    let found = EXECUTION.with(|e| Some(e.borrow().as_ref()?.atomics.get(&address)?.clone()))?;
    Some(found.downcast().expect("an atomic of the same type"))
}

/// Whether a model is being checked.
pub fn running() -> bool {
    EXECUTION.with(|e| e.borrow().is_some())
}

/// In the place of the processor's hint.
pub fn spin() {
    if running() {
        loom::thread::yield_now();
    }
}

/// Sets the thread structure of the current thread of the model.
pub fn set_m(m: *mut M) {
    let id = loom::thread::current().id();
    EXECUTION.with(|e| {
        let mut e = e.borrow_mut();
        e.as_mut().expect("a model").threads.insert(id, m as usize);
    });
}

/// What [`set_m`] has set.
pub fn current_m() -> *mut M {
    let id = loom::thread::current().id();
    EXECUTION.with(|e| e.borrow().as_ref().expect("a model").threads[&id] as *mut M)
}

/// A goroutine for a thread of the model, with its record for waiting.
#[cfg(test)]
pub fn goroutine() -> *mut G {
    // SAFETY: a goroutine structure is valid when all zero.
    let g: *mut G = Box::into_raw(Box::new(unsafe { core::mem::zeroed() }));
    // SAFETY: it has just been made, and is never freed.
    unsafe {
        (*g).wait.waiter.g = g;
        adopt(&[&(*g).wait.select_done, &(*g).status]);
    }
    let wait = Rc::new(Wait::default());
    EXECUTION.with(|e| {
        let mut e = e.borrow_mut();
        let goroutines = &mut e.as_mut().expect("a model").goroutines;
        goroutines.insert(g as usize, wait);
    });
    g
}

#[cfg(test)]
fn wait_of(g: *mut G) -> Rc<Wait> {
    let found = EXECUTION.with(|e| e.borrow().as_ref()?.goroutines.get(&(g as usize)).cloned());
    found.expect("a goroutine of the model")
}

/// Waits as a parked goroutine does; what it was woken with.
#[cfg(test)]
pub fn sleep(g: *mut G) -> (usize, usize) {
    let wait = wait_of(g);
    let mut results = wait.0.lock().expect("no panic");
    loop {
        if let Some(r) = results.take() {
            return r;
        }
        results = wait.1.wait(results).expect("no panic");
    }
}

/// Ends [`sleep`], also in advance.
#[cfg(test)]
pub fn wake(g: *mut G, ret0: usize, ret1: usize) {
    let wait = wait_of(g);
    let old = wait.0.lock().expect("no panic").replace((ret0, ret1));
    assert!(old.is_none(), "woken twice");
    wait.1.notify_one();
}

/// Says what threads do that the scheduler starts.
#[cfg(test)]
pub fn set_thread(body: fn(*mut M)) {
    EXECUTION.with(|e| e.borrow_mut().as_mut().expect("a model").thread = Some(body));
}

/// Starts a thread of the scheduler.
pub fn start(m: *mut M) {
    let body = EXECUTION.with(|e| e.borrow().as_ref().and_then(|e| e.thread));
    let (body, m) = (body.expect("a model with threads"), m as usize);
    loom::thread::spawn(move || {
        set_m(m as *mut M);
        body(m as *mut M);
    });
}

/// The kernel's futex, without timeouts.
pub fn futex_wait(word: &atomic::AtomicU32, value: u32) {
    let kernel = EXECUTION.with(|e| e.borrow().as_ref().and_then(|e| e.kernel.clone()));
    let kernel = kernel.expect("a model");
    let woken = Rc::new((Mutex::new(false), Condvar::new()));
    {
        let mut sleepers = kernel.lock().expect("no panic");
        if word.load(atomic::Ordering::Relaxed) != value {
            return;
        }
        sleepers.push_back(Sleeper {
            word: word.as_ptr() as usize,
            woken: woken.clone(),
        });
    }
    let mut happened = woken.0.lock().expect("no panic");
    while !*happened {
        happened = woken.1.wait(happened).expect("no panic");
    }
}

/// The kernel's futex.
pub fn futex_wake(word: &atomic::AtomicU32, count: u32) {
    let kernel = EXECUTION.with(|e| e.borrow().as_ref().and_then(|e| e.kernel.clone()));
    let kernel = kernel.expect("a model");
    let mut sleepers = kernel.lock().expect("no panic");
    for _ in 0..count {
        let at = word.as_ptr() as usize;
        let Some(i) = sleepers.iter().position(|s| s.word == at) else {
            return;
        };
        let sleeper = sleepers.remove(i).expect("it is there");
        *sleeper.woken.0.lock().expect("no panic") = true;
        sleeper.woken.1.notify_one();
    }
}

/// Atomics with the interface of the core library's.
pub mod atomic {
    use super::{Adopt, EXECUTION, find};
    use core::fmt;
    use core::sync::atomic as plain;
    use loom::sync::atomic as checked;
    use std::rc::Rc;

    pub use plain::Ordering;

    /// A fence.
    pub fn fence(order: Ordering) {
        if super::running() {
            checked::fence(order);
        } else {
            plain::fence(order);
        }
    }

    /// For one operation: on the checker's atomic if there is one.
    macro_rules! either {
        ($self:ident, $checked:ty, $a:ident => $operation:expr) => {
            match find::<$checked>($self.as_ptr() as usize) {
                Some($a) => $operation,
                None => {
                    let $a = &$self.0;
                    $operation
                }
            }
        };
    }

    macro_rules! common {
        ($name:ident, $value:ty) => {
            #[doc = concat!("As core's `", stringify!($name), "`.")]
            #[repr(transparent)]
            #[derive(Default)]
            pub struct $name(plain::$name);

            #[allow(missing_docs)]
            impl $name {
                pub const fn new(value: $value) -> Self {
                    Self(plain::$name::new(value))
                }

                pub fn load(&self, order: Ordering) -> $value {
                    either!(self, checked::$name, a => a.load(order))
                }

                pub fn store(&self, value: $value, order: Ordering) {
                    either!(self, checked::$name, a => a.store(value, order))
                }

                pub fn swap(&self, value: $value, order: Ordering) -> $value {
                    either!(self, checked::$name, a => a.swap(value, order))
                }

                pub fn compare_exchange(
                    &self,
                    current: $value,
                    new: $value,
                    success: Ordering,
                    failure: Ordering,
                ) -> Result<$value, $value> {
                    either!(self, checked::$name, a => a.compare_exchange(current, new, success, failure))
                }

                pub fn compare_exchange_weak(
                    &self,
                    current: $value,
                    new: $value,
                    success: Ordering,
                    failure: Ordering,
                ) -> Result<$value, $value> {
                    self.compare_exchange(current, new, success, failure)
                }

                pub fn as_ptr(&self) -> *mut $value {
                    self.0.as_ptr()
                }
            }

            impl From<$value> for $name {
                fn from(value: $value) -> Self {
                    Self::new(value)
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.fmt(f)
                }
            }

            impl Adopt for $name {
                fn adopt(&self) {
                    let first = self.0.load(Ordering::Relaxed);
                    EXECUTION.with(|e| {
                        let made = Rc::new(checked::$name::new(first));
                        let mut e = e.borrow_mut();
                        let atomics = &mut e.as_mut().expect("a model").atomics;
                        atomics.insert(self.as_ptr() as usize, made);
                    });
                }
            }
        };
    }

    macro_rules! integer {
        ($name:ident, $value:ty) => {
            common!($name, $value);

            #[allow(missing_docs)]
            impl $name {
                pub fn fetch_add(&self, value: $value, order: Ordering) -> $value {
                    either!(self, checked::$name, a => a.fetch_add(value, order))
                }

                pub fn fetch_sub(&self, value: $value, order: Ordering) -> $value {
                    either!(self, checked::$name, a => a.fetch_sub(value, order))
                }

                pub fn fetch_and(&self, value: $value, order: Ordering) -> $value {
                    either!(self, checked::$name, a => a.fetch_and(value, order))
                }

                pub fn fetch_or(&self, value: $value, order: Ordering) -> $value {
                    either!(self, checked::$name, a => a.fetch_or(value, order))
                }

                pub fn fetch_max(&self, value: $value, order: Ordering) -> $value {
                    either!(self, checked::$name, a => a.fetch_max(value, order))
                }

                pub fn fetch_min(&self, value: $value, order: Ordering) -> $value {
                    either!(self, checked::$name, a => a.fetch_min(value, order))
                }
            }
        };
    }

    integer!(AtomicU8, u8);
    integer!(AtomicU32, u32);
    integer!(AtomicU64, u64);
    integer!(AtomicI32, i32);
    integer!(AtomicI64, i64);
    integer!(AtomicUsize, usize);
    integer!(AtomicIsize, isize);
    common!(AtomicBool, bool);

    /// As core's `AtomicPtr`; the checker has its address as a number.
    #[repr(transparent)]
    pub struct AtomicPtr<T>(plain::AtomicPtr<T>);

    impl<T> Default for AtomicPtr<T> {
        fn default() -> Self {
            Self::new(core::ptr::null_mut())
        }
    }

    fn pointer<T>(number: usize) -> *mut T {
        number as *mut T
    }

    #[allow(missing_docs)]
    impl<T> AtomicPtr<T> {
        pub const fn new(value: *mut T) -> Self {
            Self(plain::AtomicPtr::new(value))
        }

        /// # Safety
        /// As core's.
        pub const unsafe fn from_ptr<'a>(at: *mut *mut T) -> &'a Self {
            // SAFETY: the caller's; the layout is the pointer's.
            unsafe { &*at.cast::<Self>() }
        }

        pub fn as_ptr(&self) -> *mut *mut T {
            self.0.as_ptr()
        }

        fn checked(&self) -> Option<Rc<checked::AtomicUsize>> {
            find(self.as_ptr() as usize)
        }

        pub fn load(&self, order: Ordering) -> *mut T {
            match self.checked() {
                Some(a) => pointer(a.load(order)),
                None => self.0.load(order),
            }
        }

        pub fn store(&self, value: *mut T, order: Ordering) {
            match self.checked() {
                Some(a) => a.store(value as usize, order),
                None => self.0.store(value, order),
            }
        }

        pub fn swap(&self, value: *mut T, order: Ordering) -> *mut T {
            match self.checked() {
                Some(a) => pointer(a.swap(value as usize, order)),
                None => self.0.swap(value, order),
            }
        }

        pub fn compare_exchange_weak(
            &self,
            current: *mut T,
            new: *mut T,
            success: Ordering,
            failure: Ordering,
        ) -> Result<*mut T, *mut T> {
            self.compare_exchange(current, new, success, failure)
        }

        pub fn compare_exchange(
            &self,
            current: *mut T,
            new: *mut T,
            success: Ordering,
            failure: Ordering,
        ) -> Result<*mut T, *mut T> {
            match self.checked() {
                Some(a) => a
                    .compare_exchange(current as usize, new as usize, success, failure)
                    .map(pointer)
                    .map_err(pointer),
                None => self.0.compare_exchange(current, new, success, failure),
            }
        }
    }

    impl<T> fmt::Debug for AtomicPtr<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.fmt(f)
        }
    }

    impl<T> Adopt for AtomicPtr<T> {
        fn adopt(&self) {
            let first = self.0.load(Ordering::Relaxed) as usize;
            EXECUTION.with(|e| {
                let made = Rc::new(checked::AtomicUsize::new(first));
                let mut e = e.borrow_mut();
                let atomics = &mut e.as_mut().expect("a model").atomics;
                atomics.insert(self.as_ptr() as usize, made);
            });
        }
    }
}
