//! What the Go half calls.

use super::{
    descriptor::{Descriptor, Mode, code, open},
    initialise, owns,
};
use crate::{
    chan::{Pair, truth},
    sched::{self, G, Reason},
};

fn mode(letter: usize) -> Mode {
    if letter == usize::from(b'w') {
        Mode::Write
    } else {
        Mode::Read
    }
}

/// `func netpollinit()`
unsafe extern "C" fn netpollinit() {
    initialise();
    // A thread may sleep without the poller, which did not exist.
    sched::end_poll();
}

/// `func netpollopen(fd uintptr) (uintptr, int)`: the descriptor, or 0 and an error number.
unsafe extern "C" fn netpollopen(fd: usize) -> Pair {
    match open(fd) {
        Ok(d) => Pair(d as usize, 0),
        Err(error) => Pair(0, error),
    }
}

/// `func netpollclose(pd uintptr)`
unsafe extern "C" fn netpollclose(d: *mut Descriptor) {
    // SAFETY: the Go half gives an open descriptor.
    unsafe { Descriptor::close(d) };
}

/// `func netpollreset(pd uintptr, mode int) int`
unsafe extern "C" fn netpollreset(d: *mut Descriptor, letter: usize) -> isize {
    // SAFETY: the Go half gives an open descriptor.
    unsafe {
        let error = Descriptor::check(d, mode(letter));
        if error == code::OK {
            Descriptor::reset(d, mode(letter));
        }
        error
    }
}

/// `func netpollwait(pd uintptr, mode int, woken bool) int`: a code. After [`code::AGAIN`] the Go half calls again with `woken`.
unsafe extern "C" fn netpollwait(d: *mut Descriptor, letter: usize, woken: usize) -> isize {
    let mode = mode(letter);
    // SAFETY: the Go half gives an open descriptor, and makes goroutines wait for a direction one at a time.
    unsafe {
        if let Some(result) = Descriptor::begin_wait(d, mode, truth(woken)) {
            return result;
        }
        (*sched::current_g()).ret0 = code::AGAIN as usize;
        sched::park_commit(Reason::IO_WAIT, commit, d as usize | mode as usize)
    }
}

/// Lets the goroutine be woken. The structure's alignment leaves room for the mode.
unsafe fn commit(g: *mut G, d: usize) -> bool {
    let mode = if d & 1 == 0 { Mode::Read } else { Mode::Write };
    // SAFETY: called after `prepare`, with the goroutine's state saved.
    unsafe { Descriptor::commit((d & !1) as *mut Descriptor, mode, g) }
}

/// `func netpolldeadline(pd uintptr, delay int64, mode int)`
unsafe extern "C" fn netpolldeadline(d: *mut Descriptor, delay: i64, letters: usize) {
    let (r, w) = (usize::from(b'r'), usize::from(b'w'));
    // SAFETY: the Go half gives an open descriptor.
    unsafe {
        Descriptor::set_deadline(
            d,
            delay,
            letters == r || letters == r + w,
            letters == w || letters == r + w,
        )
    };
}

/// `func netpollunblock(pd uintptr)`
unsafe extern "C" fn netpollunblock(d: *mut Descriptor) {
    // SAFETY: the Go half gives an open descriptor.
    unsafe { Descriptor::unblock(d) };
}

/// `func netpollowns(fd uintptr) bool`
unsafe extern "C" fn netpollowns(fd: usize) -> bool {
    owns(fd)
}

entry!("runtime.netpollinit", netpollinit);
entry!("runtime.netpollopen", netpollopen);
entry!("runtime.netpollclose", netpollclose);
entry!("runtime.netpollreset", netpollreset);
entry!("runtime.netpollwait", netpollwait);
entry!("runtime.netpolldeadline", netpolldeadline);
entry!("runtime.netpollunblock", netpollunblock);
entry!("runtime.netpollowns", netpollowns);
