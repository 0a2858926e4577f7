//! Number of processors, and what pins a goroutine to a thread.

use core::sync::atomic::Ordering;

use super::{
    P, PStatus, current_g, current_m, hand,
    state::{MAX_PROCS, SCHED},
    word, world,
};
use crate::{heap, start, sys};

/// How many processors the system lets this process use.
pub fn count_cpus() -> u32 {
    let mut mask = [0u64; 128];
    // SAFETY: the kernel writes at most the array.
    let n = unsafe {
        sys::syscall3(
            sys::nr::SCHED_GETAFFINITY,
            0,
            size_of_val(&mask),
            mask.as_mut_ptr() as usize,
        )
    };
    if n <= 0 {
        return 1;
    }
    mask[..n as usize / 8]
        .iter()
        .map(|w| w.count_ones())
        .sum::<u32>()
        .max(1)
}

/// Number of processors to start with: `GOMAXPROCS`, else what the affinity mask and the control group's limit allow.
pub fn initial_procs(cpus: u32) -> u32 {
    let from_env = start::env("GOMAXPROCS").and_then(parse).filter(|&n| n > 0);
    let n = from_env.unwrap_or_else(|| match super::cgroup::cpu_limit() {
        // At least two, so that a limit below that does not serialise everything.
        Some(limit) if limit < u64::from(cpus) => limit.max(2).min(u64::from(cpus)),
        _ => u64::from(cpus),
    });
    n.min(MAX_PROCS as u64) as u32
}

fn parse(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 9 {
        return None;
    }
    text.iter().try_fold(0u64, |n, &c| {
        c.is_ascii_digit().then(|| n * 10 + u64::from(c - b'0'))
    })
}

/// Makes the number of processors `n`: new ones are at rest, queues of superfluous ones go to the global queue.
///
/// # Safety
/// The world is stopped or has not started.
pub unsafe fn resize(n: u32) {
    // SAFETY: nobody else uses processors.
    unsafe {
        let old = SCHED.procs.load(Ordering::SeqCst);
        for i in 0..n {
            let slot = &SCHED.all_procs[i as usize];
            if slot.load(Ordering::SeqCst).is_null() {
                let p: *mut P = heap::persistent_alloc(size_of::<P>(), 128).cast();
                (*p).id = i;
                slot.store(p, Ordering::SeqCst);
            }
            if i >= old {
                let p = slot.load(Ordering::SeqCst);
                (*p).status.store(PStatus::Stopped as u32, Ordering::SeqCst);
            }
        }
        for i in n..old {
            let p = SCHED.all_procs[i as usize].load(Ordering::SeqCst);
            let mut list = super::GList::new();
            loop {
                let (g, _) = (*p).runq.pop();
                if g.is_null() {
                    break;
                }
                list.push(g);
            }
            hand::put_global(&mut list);
            let _guard = SCHED.lock.guard();
            SCHED.state.get().free.append(&mut (*p).free);
        }
        SCHED.procs.store(n, Ordering::SeqCst);
    }
}

/// `gomaxprocs(n)`: sets the number of processors if `n` is positive; gives the number before.
///
/// # Safety
/// Entry point.
pub unsafe extern "C" fn gomaxprocs(n: isize) -> isize {
    // SAFETY: entry point; the world is stopped where it must be.
    unsafe {
        let old = SCHED.procs.load(Ordering::SeqCst) as isize;
        if n <= 0 || n == old {
            return old;
        }
        let n = n.min(MAX_PROCS as isize) as u32;
        world::stop_the_world();
        let m = current_m();
        let old = SCHED.procs.load(Ordering::SeqCst);
        if n < old {
            // This thread goes on with a processor that stays; threads of the others lose theirs.
            let own = (*m).p;
            if (*own).id >= n {
                let stays = SCHED.all_procs[0].load(Ordering::SeqCst);
                swap_threads(own, stays);
            }
            for i in n..old {
                let p = SCHED.all_procs[i as usize].load(Ordering::SeqCst);
                world::orphan(p);
            }
        }
        resize(n);
        world::start_the_world();
        old as isize
    }
}
entry!("runtime.gomaxprocs", crate::sched::procs::gomaxprocs);

/// Exchanges the threads of two processors of the stopped world.
unsafe fn swap_threads(a: *mut P, b: *mut P) {
    // SAFETY: the world is stopped.
    unsafe {
        let (ma, mb) = ((*a).m.load(Ordering::SeqCst), (*b).m.load(Ordering::SeqCst));
        (*a).m.store(mb, Ordering::SeqCst);
        (*b).m.store(ma, Ordering::SeqCst);
        if !ma.is_null() {
            (*ma).p = b;
        }
        if !mb.is_null() {
            (*mb).p = a;
        }
        let status = (*a).status.load(Ordering::SeqCst);
        (*a).status
            .store((*b).status.load(Ordering::SeqCst), Ordering::SeqCst);
        (*b).status.store(status, Ordering::SeqCst);
    }
}

/// `ncpu() int`
pub extern "C" fn ncpu() -> isize {
    start::cpus() as isize
}
entry!("runtime.ncpu", crate::sched::procs::ncpu);

/// `numgoroutine() int`
pub extern "C" fn numgoroutine() -> isize {
    SCHED.goroutines.load(Ordering::SeqCst) as isize
}
entry!("runtime.numgoroutine", crate::sched::procs::numgoroutine);

/// `goid() uint64`
pub extern "C" fn goid() -> usize {
    // SAFETY: there is a goroutine in an entry point.
    unsafe { (*current_g()).id() }
}
entry!("runtime.goid", crate::sched::procs::goid);

/// `lockosthread()`: the goroutine runs on this thread only, and nobody else does.
///
/// # Safety
/// Entry point.
pub unsafe extern "C" fn lock_os_thread() {
    // SAFETY: own thread and goroutine.
    unsafe {
        let (m, g) = (current_m(), current_g());
        (*g).lock_count += 1;
        (*g).locked_m = m;
        (*m).locked_g = g;
        (*g).go[word::FLAGS] |= 2;
    }
}
entry!("runtime.lockosthread", crate::sched::procs::lock_os_thread);

/// `unlockosthread()`: undoes one `lockosthread`.
///
/// # Safety
/// Entry point.
pub unsafe extern "C" fn unlock_os_thread() {
    // SAFETY: own thread and goroutine.
    unsafe {
        let (m, g) = (current_m(), current_g());
        if (*g).lock_count == 0 {
            return;
        }
        (*g).lock_count -= 1;
        if (*g).lock_count == 0 {
            (*g).locked_m = core::ptr::null_mut();
            (*m).locked_g = core::ptr::null_mut();
            (*g).go[word::FLAGS] &= !2;
        }
    }
}
entry!(
    "runtime.unlockosthread",
    crate::sched::procs::unlock_os_thread
);

/// `stop_world()`: for the Go half: no other goroutine runs until `start_world`.
///
/// # Safety
/// Entry point. The caller does not block meanwhile.
pub unsafe extern "C" fn stop_world() {
    // SAFETY: entry point.
    unsafe {
        world::stop_the_world();
        (*current_m()).locks += 1;
    }
}
entry!("runtime.stop_world", crate::sched::procs::stop_world);

/// `start_world()`: undoes `stop_world`.
///
/// # Safety
/// Entry point.
pub unsafe extern "C" fn start_world() {
    // SAFETY: entry point, after `stop_world`.
    unsafe {
        (*current_m()).locks -= 1;
        world::start_the_world();
    }
}
entry!("runtime.start_world", crate::sched::procs::start_world);
