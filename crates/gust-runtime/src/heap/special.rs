//! What hangs on single objects: finalizers, cleanups, weak handles.
//!
//! One table by address. It is gone through while the world is stopped, after marking: weak handles of dead objects are
//! cleared first, then dead objects with a finalizer are queued and live on until it has run, then the cleanups of
//! objects still dead are queued.

use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::Heap;
use super::locked::Locked;
use super::mark::Worker;
use super::os;
use super::persistent_alloc;
use super::span::Span;

/// What a special is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Finalizer,
    Cleanup,
    Weak,
}

/// Something that hangs on an object.
#[derive(Debug)]
struct Special {
    next: *mut Special,
    /// Address that it was registered for, in the object or outside the heap.
    object: usize,
    /// The Go half's record; for weak handles the handle.
    value: usize,
    /// Number of a cleanup.
    id: u64,
    kind: Kind,
}

/// All specials of a heap.
#[derive(Debug)]
pub struct Specials {
    buckets: *mut *mut Special,
    /// log2 of the number of buckets.
    bits: u32,
    count: usize,
    /// Finalizers, and everything else, since that decides how much a collection has to do.
    free: *mut Special,
    last_id: u64,
    /// Finalizers and cleanups to be run, in order.
    ready: *mut Special,
    ready_tail: *mut Special,
}

fn hash(address: usize, bits: u32) -> usize {
    if bits == 0 {
        0
    } else {
        (address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) as usize >> (64 - bits)
    }
}

impl Specials {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Specials {
            buckets: ptr::null_mut(),
            bits: 0,
            count: 0,
            free: ptr::null_mut(),
            last_id: 0,
            ready: ptr::null_mut(),
            ready_tail: ptr::null_mut(),
        }
    }

    fn bucket(&self, address: usize) -> *mut *mut Special {
        // SAFETY: the table has a bucket for every hash.
        unsafe { self.buckets.add(hash(address, self.bits)) }
    }

    fn grow(&mut self) {
        if !self.buckets.is_null() && self.count < 1 << self.bits {
            return;
        }
        let bits = if self.buckets.is_null() {
            9
        } else {
            self.bits + 2
        };
        let table = os::map_sparse(size_of::<*mut Special>() << bits).cast::<*mut Special>();
        if table.is_null() {
            crate::fatal::throw("runtime: cannot allocate memory");
        }
        let (old, old_bits) = (self.buckets, self.bits);
        self.buckets = table;
        self.bits = bits;
        if !old.is_null() {
            // SAFETY: the old table is whole; its specials move to the new one.
            unsafe {
                // From the end, so that those of one address keep their order.
                for i in 0..1 << old_bits {
                    let mut special = *old.add(i);
                    let mut reversed = ptr::null_mut::<Special>();
                    while !special.is_null() {
                        let next = (*special).next;
                        (*special).next = reversed;
                        reversed = special;
                        special = next;
                    }
                    while !reversed.is_null() {
                        let next = (*reversed).next;
                        let bucket = self.bucket((*reversed).object);
                        (*reversed).next = *bucket;
                        *bucket = reversed;
                        reversed = next;
                    }
                }
                crate::sys::munmap(old.cast(), size_of::<*mut Special>() << old_bits);
            }
        }
    }

    fn add(&mut self, object: usize, value: usize, kind: Kind) -> u64 {
        self.grow();
        self.last_id += 1;
        let mut special = self.free;
        // SAFETY: specials in the free list are whole.
        unsafe {
            if special.is_null() {
                special = persistent_alloc(size_of::<Special>(), 8).cast();
            } else {
                self.free = (*special).next;
            }
            let bucket = self.bucket(object);
            special.write(Special {
                next: *bucket,
                object,
                value,
                id: self.last_id,
                kind,
            });
            *bucket = special;
        }
        self.count += 1;
        self.last_id
    }

    /// The place where a special of that address and kind (and number, if given) is linked.
    fn find(&self, object: usize, kind: Kind, id: Option<u64>) -> Option<*mut *mut Special> {
        if self.buckets.is_null() {
            return None;
        }
        let mut link = self.bucket(object);
        // SAFETY: links and specials are whole.
        unsafe {
            while !(*link).is_null() {
                let special = *link;
                if (*special).object == object
                    && (*special).kind == kind
                    && id.is_none_or(|id| id == (*special).id)
                {
                    return Some(link);
                }
                link = &raw mut (*special).next;
            }
        }
        None
    }

    /// Takes a special out of the table.
    unsafe fn unlink(&mut self, link: *mut *mut Special) -> *mut Special {
        self.count -= 1;
        // SAFETY: the link is one of the table's.
        unsafe {
            let special = *link;
            *link = (*special).next;
            special
        }
    }

    unsafe fn drop_special(&mut self, special: *mut Special) {
        // SAFETY: it is in no list.
        unsafe { (*special).next = self.free };
        self.free = special;
    }

    unsafe fn queue(&mut self, special: *mut Special) {
        // SAFETY: it is in no list.
        unsafe {
            (*special).next = ptr::null_mut();
            if self.ready.is_null() {
                self.ready = special;
            } else {
                (*self.ready_tail).next = special;
            }
        }
        self.ready_tail = special;
    }

    /// Goes through all specials of a kind; `f` tells whether it shall be unlinked, and does what is to be done then.
    fn sift(&mut self, kind: Kind, mut f: impl FnMut(&mut Self, *mut Special) -> bool) {
        if self.count == 0 {
            return;
        }
        for i in 0..1usize << self.bits {
            // SAFETY: links and specials are whole; `f` leaves the table alone.
            unsafe {
                let mut link = self.buckets.add(i);
                while !(*link).is_null() {
                    let special = *link;
                    let next = (*special).next;
                    if (*special).kind == kind && f(self, special) {
                        *link = next;
                        self.count -= 1;
                    } else {
                        link = &raw mut (*special).next;
                    }
                }
            }
        }
    }
}

/// A record that waits to be run: see [`Heap::next_ready`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    /// The Go half's record.
    pub record: usize,
    /// The object to be finalized; 0 for a cleanup.
    pub object: usize,
}

impl Heap {
    /// Hangs a finalizer on an object; false if it has one.
    pub fn add_finalizer(&self, object: usize, record: usize) -> bool {
        self.specials.with(|s| {
            if s.find(object, Kind::Finalizer, None).is_some() {
                return false;
            }
            s.add(object, record, Kind::Finalizer);
            true
        })
    }

    /// Takes the finalizer off an object.
    pub fn remove_finalizer(&self, object: usize) {
        self.specials.with(|s| {
            if let Some(link) = s.find(object, Kind::Finalizer, None) {
                // SAFETY: the link was just found.
                unsafe {
                    let special = s.unlink(link);
                    s.drop_special(special);
                }
            }
        });
    }

    /// Hangs a cleanup on an object; its number.
    pub fn add_cleanup(&self, object: usize, record: usize) -> u64 {
        self.specials.with(|s| s.add(object, record, Kind::Cleanup))
    }

    /// Takes a cleanup off an object, if it has not been queued.
    pub fn stop_cleanup(&self, object: usize, id: u64) {
        self.specials.with(|s| {
            if let Some(link) = s.find(object, Kind::Cleanup, Some(id)) {
                // SAFETY: the link was just found.
                unsafe {
                    let special = s.unlink(link);
                    s.drop_special(special);
                }
            }
        });
    }

    /// The weak handle of an address: a word that holds the address as long as the object lives. `make` makes the
    /// word if there is none yet; it lives as long as the object does or somebody refers to it.
    pub fn weak_handle(&self, object: usize, make: impl Fn() -> usize) -> usize {
        let found = |s: &Specials| {
            // SAFETY: the link was just found.
            s.find(object, Kind::Weak, None)
                .map(|link| unsafe { (**link).value })
        };
        if let Some(handle) = self.specials.with(|s| found(s)) {
            return handle;
        }
        let handle = make();
        if handle == 0 {
            return 0;
        }
        // SAFETY: the word is new and ours.
        unsafe { *(handle as *mut usize) = object };
        self.specials.with(|s| {
            if let Some(other) = found(s) {
                return other;
            }
            s.add(object, handle, Kind::Weak);
            handle
        })
    }

    /// The address that a weak handle stands for, or 0 if the object is dead.
    ///
    /// # Safety
    /// A handle.
    #[must_use]
    pub unsafe fn weak_get(&self, handle: usize) -> usize {
        // SAFETY: the caller's.
        unsafe { (*(handle as *const AtomicUsize)).load(Relaxed) }
    }

    /// Takes the next record to be run. The caller keeps the object reachable.
    pub fn next_ready(&self) -> Option<Ready> {
        self.specials.with(|s| {
            let special = s.ready;
            if special.is_null() {
                return None;
            }
            // SAFETY: specials in the queue are whole.
            unsafe {
                s.ready = (*special).next;
                let object = if (*special).kind == Kind::Finalizer {
                    (*special).object
                } else {
                    0
                };
                let ready = Ready {
                    record: (*special).value,
                    object,
                };
                s.drop_special(special);
                Some(ready)
            }
        })
    }

    /// Whether records wait to be run.
    pub fn has_ready(&self) -> bool {
        self.specials.with(|s| !s.ready.is_null())
    }

    /// Marks what specials keep alive: records and handles, and what objects with finalizers refer to.
    pub fn mark_specials(&self, worker: &mut Worker<'_>) {
        self.specials.with(|s| {
            for kind in [Kind::Finalizer, Kind::Cleanup, Kind::Weak] {
                s.sift(kind, |_, special| {
                    // SAFETY: the special is whole.
                    unsafe {
                        worker.conservative((*special).value);
                        if kind == Kind::Finalizer {
                            worker.scan_object((*special).object);
                        }
                    }
                    false
                });
            }
            let mut special = s.ready;
            while !special.is_null() {
                // SAFETY: specials in the queue are whole.
                unsafe {
                    worker.conservative((*special).value);
                    if (*special).kind == Kind::Finalizer {
                        worker.conservative((*special).object);
                    }
                    special = (*special).next;
                }
            }
        });
    }

    /// Whether an address lies in an object that is not marked.
    #[must_use]
    pub fn is_unmarked(&self, object: usize) -> bool {
        let span = self.space.span_of(object);
        // SAFETY: spans in the table are alive.
        unsafe {
            !span.is_null()
                && object < (*span).limit
                && !Span::is_marked(span, (*span).slot(object))
        }
    }

    /// After marking: decides about the specials of dead objects. True if something was queued.
    pub fn finish_specials(&self, worker: &mut Worker<'_>) -> bool {
        self.specials.with(|s| {
            let mut queued = false;
            s.sift(Kind::Weak, |s, special| {
                // SAFETY: the special is whole; the handle is alive, as it was marked.
                unsafe {
                    if !self.is_unmarked((*special).object) {
                        return false;
                    }
                    (*((*special).value as *const AtomicUsize)).store(0, Relaxed);
                    s.drop_special(special);
                }
                true
            });
            // All are looked at before the first object is marked: of two objects in one block both go.
            let old_tail = s.ready_tail;
            let had = !s.ready.is_null();
            s.sift(Kind::Finalizer, |s, special| {
                // SAFETY: as above.
                unsafe {
                    if !self.is_unmarked((*special).object) {
                        return false;
                    }
                    s.queue(special);
                }
                queued = true;
                true
            });
            // SAFETY: specials in the queue are whole.
            unsafe {
                let mut special = if had { (*old_tail).next } else { s.ready };
                while !special.is_null() {
                    worker.conservative((*special).object);
                    special = (*special).next;
                }
            }
            // What the objects refer to is marked; this only empties the buffer.
            worker.drain();
            s.sift(Kind::Cleanup, |s, special| {
                // SAFETY: as above.
                unsafe {
                    if !self.is_unmarked((*special).object) {
                        return false;
                    }
                    s.queue(special);
                }
                queued = true;
                true
            });
            queued
        })
    }
}

/// The specials of a heap, behind their lock.
pub type SpecialTable = Locked<Specials>;
