//! Marking: from roots to everything that can be reached, with an explicit stack of work.
//!
//! A worker has a buffer of addresses to scan; full buffers go to a pool that all workers share. An address on its way from
//! the buffer to being scanned passes a short queue while its cache lines are fetched.

use core::ptr;
use core::sync::atomic::{
    AtomicU8, AtomicU64, AtomicUsize, Ordering::AcqRel, Ordering::Acquire, Ordering::Relaxed,
    Ordering::Release,
};

use gust_abi::types::Type;

use super::Heap;
use super::classes::{LAYOUTS, Layout, MAGIC, MAX_MASKED, PAGE, PAGE_SHIFT, SIZES, SLOTS};
use super::layout::{self, WORD};
use super::locked::Locked;
use super::persistent_alloc;
use super::span::Span;

/// Work to do: address of an object, layout and class packed above it.
#[derive(Clone, Copy)]
struct Item(u64);

const LAYOUT_SHIFT: u32 = 48;
const CLASS_SHIFT: u32 = LAYOUT_SHIFT + LAYOUTS.trailing_zeros();

impl Item {
    #[inline]
    fn new(address: usize, layout: Layout, class: u8) -> Self {
        Item(address as u64 | (layout as u64) << LAYOUT_SHIFT | u64::from(class) << CLASS_SHIFT)
    }

    #[inline]
    fn address(self) -> usize {
        (self.0 & ((1 << LAYOUT_SHIFT) - 1)) as usize
    }

    #[inline]
    fn layout(self) -> Layout {
        Layout::from_bits((self.0 >> LAYOUT_SHIFT) as usize)
    }

    #[inline]
    fn class(self) -> usize {
        (self.0 >> CLASS_SHIFT) as usize
    }
}

const BUFFER_ITEMS: usize = 510;

/// Work, passed around as a whole.
#[repr(C)]
struct Buffer {
    next: *mut Buffer,
    len: usize,
    items: [Item; BUFFER_ITEMS],
}

/// Buffers that no worker holds.
#[derive(Debug)]
pub struct Pool {
    full: Locked<*mut u8>,
    empty: Locked<*mut u8>,
    /// Buffers in `full`.
    waiting: AtomicUsize,
    /// Who takes part: see [`Team`].
    team: AtomicU64,
    /// Threads that look for work without having joined.
    pub hungry: AtomicUsize,
    /// Bytes in objects marked in this cycle, as far as workers have counted.
    pub bytes: AtomicUsize,
}

/// Who marks together: number of the phase, workers that have joined it, and how many of these look for work. The phase is
/// closed (nobody has joined) once all look for work and there is none.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Team {
    phase: u32,
    joined: u16,
    idle: u16,
}

impl Team {
    fn unpack(word: u64) -> Self {
        Team {
            phase: (word >> 32) as u32,
            joined: (word >> 16) as u16,
            idle: word as u16,
        }
    }

    fn pack(self) -> u64 {
        u64::from(self.phase) << 32 | u64::from(self.joined) << 16 | u64::from(self.idle)
    }
}

impl Pool {
    /// Without buffers.
    #[must_use]
    pub const fn new() -> Self {
        Pool {
            full: Locked::new(ptr::null_mut()),
            empty: Locked::new(ptr::null_mut()),
            waiting: AtomicUsize::new(0),
            team: AtomicU64::new(0),
            hungry: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
        }
    }

    fn pop(list: &Locked<*mut u8>) -> *mut Buffer {
        list.with(|head| {
            let buffer = head.cast::<Buffer>();
            if !buffer.is_null() {
                // SAFETY: buffers in a list are whole and never freed.
                *head = unsafe { (*buffer).next }.cast();
            }
            buffer
        })
    }

    fn push(list: &Locked<*mut u8>, buffer: *mut Buffer) {
        list.with(|head| {
            // SAFETY: the buffer is the caller's.
            unsafe { (*buffer).next = head.cast() };
            *head = buffer.cast();
        });
    }

    fn get_empty(&self) -> *mut Buffer {
        let buffer = Self::pop(&self.empty);
        if buffer.is_null() {
            persistent_alloc(size_of::<Buffer>(), 64).cast()
        } else {
            buffer
        }
    }

    fn put_full(&self, buffer: *mut Buffer) {
        Self::push(&self.full, buffer);
        self.waiting.fetch_add(1, Release);
    }

    fn get_full(&self) -> *mut Buffer {
        if self.waiting.load(Acquire) == 0 {
            return ptr::null_mut();
        }
        let buffer = Self::pop(&self.full);
        if !buffer.is_null() {
            self.waiting.fetch_sub(1, Relaxed);
        }
        buffer
    }
}

/// Objects being fetched at a time.
const AHEAD: usize = 8;

/// Marks being fetched at a time.
const SEEN: usize = 16;
const NOTHING: (*mut u8, Item) = (ptr::null_mut(), Item(0));

/// Asks for a cache line.
#[inline(always)]
fn prefetch(at: *const u8) {
    // SAFETY: no effect on memory.
    unsafe { core::arch::x86_64::_mm_prefetch::<{ core::arch::x86_64::_MM_HINT_T0 }>(at.cast()) };
}

/// A word of an object, which the program may be writing.
///
/// # Safety
/// The word is there, at a multiple of its size.
#[inline(always)]
unsafe fn load(at: usize) -> usize {
    // SAFETY: the caller's.
    unsafe { AtomicUsize::from_ptr(at as *mut usize).load(Relaxed) }
}

/// Large objects are scanned in parts of this size.
const PART: usize = 128 << 10;

/// One thread's marking.
pub struct Worker<'h> {
    heap: &'h Heap,
    buffer: *mut Buffer,
    /// Other workers mark too.
    shared: bool,
    /// Pointers to free slots are errors.
    strict: bool,
    /// Bytes in objects that this worker marked.
    pub bytes: usize,
    /// Bytes looked at for pointers.
    pub scanned: usize,
    /// Objects about to be scanned.
    ahead: [Item; AHEAD],
    next: usize,
    /// Objects about to be marked, with the addresses of their marks.
    seen: [(*mut u8, Item); SEEN],
    seen_next: usize,
}

impl<'h> Worker<'h> {
    /// A worker without work.
    #[must_use]
    pub fn new(heap: &'h Heap, shared: bool) -> Self {
        Worker {
            heap,
            buffer: heap.pool.get_empty(),
            shared,
            strict: heap.stress.load(Relaxed) != 0,
            bytes: 0,
            scanned: 0,
            ahead: [Item(0); AHEAD],
            next: 0,
            seen: [NOTHING; SEEN],
            seen_next: 0,
        }
    }

    #[inline(always)]
    fn push(&mut self, item: Item) {
        // SAFETY: the buffer is this worker's.
        unsafe {
            let mut buffer = self.buffer;
            if (*buffer).len == BUFFER_ITEMS {
                self.heap.pool.put_full(buffer);
                buffer = self.heap.pool.get_empty();
                (*buffer).len = 0;
                self.buffer = buffer;
            }
            let len = (*buffer).len;
            (*buffer).items.as_mut_ptr().add(len).write(item);
            (*buffer).len = len + 1;
        }
    }

    /// An item whose memory has been asked for a while ago; nothing if the worker has no work.
    #[inline(always)]
    fn pop(&mut self) -> Option<Item> {
        loop {
            // SAFETY: the buffer is this worker's; fetching ahead has no effect on memory.
            unsafe {
                let buffer = self.buffer;
                let len = (*buffer).len;
                if len == 0 {
                    return self.pop_slow();
                }
                (*buffer).len = len - 1;
                let item = *(*buffer).items.as_ptr().add(len - 1);
                prefetch(item.address() as *const u8);
                let slot = &mut self.ahead[self.next % AHEAD];
                self.next += 1;
                let old = core::mem::replace(slot, item);
                if old.0 != 0 {
                    return Some(old);
                }
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn pop_slow(&mut self) -> Option<Item> {
        for _ in 0..SEEN {
            let old = core::mem::replace(&mut self.seen[self.seen_next % SEEN], NOTHING);
            self.seen_next += 1;
            self.settle(old);
        }
        // SAFETY: the buffer is this worker's.
        unsafe {
            let len = (*self.buffer).len;
            if len > 0 {
                (*self.buffer).len = len - 1;
                return Some(*(*self.buffer).items.as_ptr().add(len - 1));
            }
        }
        for _ in 0..AHEAD {
            let old = core::mem::replace(&mut self.ahead[self.next % AHEAD], Item(0));
            self.next += 1;
            if old.0 != 0 {
                return Some(old);
            }
        }
        let full = self.heap.pool.get_full();
        if full.is_null() {
            return None;
        }
        Pool::push(&self.heap.pool.empty, self.buffer);
        self.buffer = full;
        // SAFETY: full buffers hold at least one item.
        unsafe {
            let len = (*full).len;
            (*full).len = len - 1;
            Some(*(*full).items.as_ptr().add(len - 1))
        }
    }

    /// Lets other workers have what this one has not got to.
    fn share(&mut self) {
        // SAFETY: the buffer is this worker's.
        unsafe {
            if self.shared
                && (*self.buffer).len > 16
                && (Team::unpack(self.heap.pool.team.load(Relaxed)).idle > 0
                    || self.heap.pool.hungry.load(Relaxed) > 0)
                && self.heap.pool.waiting.load(Relaxed) == 0
            {
                let other = self.heap.pool.get_empty();
                let half = (*self.buffer).len / 2;
                ptr::copy_nonoverlapping(
                    (*self.buffer).items.as_ptr(),
                    (*other).items.as_mut_ptr(),
                    half,
                );
                ptr::copy(
                    (*self.buffer).items.as_ptr().add(half),
                    (*self.buffer).items.as_mut_ptr(),
                    (*self.buffer).len - half,
                );
                (*other).len = half;
                (*self.buffer).len -= half;
                self.heap.pool.put_full(other);
            }
        }
    }

    /// Sees to it that the object that a word of a heap object points to will be marked, if it points to one: its mark is
    /// asked for now and looked at a few pointers later.
    #[inline(always)]
    fn grey(&mut self, address: usize) {
        let entry = self.heap.space.entry(address);
        if entry.is_none() {
            return;
        }
        let cell = entry.cell();
        let class = cell / LAYOUTS;
        if class == 0 || self.strict {
            self.grey_slow(address);
            return;
        }
        let offset = (address & (PAGE - 1)) + (entry.page() << PAGE_SHIFT);
        let slot = ((offset as u64 * u64::from(MAGIC[class])) >> 32) as usize;
        if slot >= usize::from(SLOTS[class]) {
            return;
        }
        let object = address - offset + slot * usize::from(SIZES[class]);
        // SAFETY: the slot has a mark byte; fetching ahead has no effect on memory.
        let mark = unsafe { Span::marks(entry.span()).add(slot) };
        prefetch(mark);
        let item = Item::new(object, Layout::from_bits(cell), class as u8);
        let old = core::mem::replace(&mut self.seen[self.seen_next % SEEN], (mark, item));
        self.seen_next += 1;
        self.settle(old);
    }

    /// Marks an object whose mark was asked for.
    #[inline(always)]
    fn settle(&mut self, (mark, item): (*mut u8, Item)) {
        if mark.is_null() {
            return;
        }
        // SAFETY: a mark byte of a living span.
        let mark = unsafe { AtomicU8::from_ptr(mark) };
        if mark.load(Relaxed) != 0 {
            return;
        }
        mark.store(1, Relaxed);
        self.bytes += usize::from(SIZES[item.class()]);
        if item.layout() != Layout::NoScan {
            self.push(item);
        }
    }

    #[cold]
    #[inline(never)]
    fn grey_slow(&mut self, address: usize) {
        let span = self.heap.space.span_of(address);
        // SAFETY: spans in the table are alive.
        unsafe {
            if address >= (*span).limit {
                return;
            }
            let slot = (*span).slot(address);
            if self.strict && !Span::is_allocated(span, slot) {
                crate::fatal::throw("found pointer to free object");
            }
            self.mark(span, slot);
        }
    }

    /// Marks the object that a word points to, if the word is a pointer to one.
    #[inline]
    pub fn conservative(&mut self, address: usize) {
        let span = self.heap.space.span_of(address);
        if span.is_null() {
            return;
        }
        // SAFETY: spans in the table are alive.
        unsafe {
            if address >= (*span).limit {
                return;
            }
            let slot = (*span).slot(address);
            if Span::is_allocated(span, slot) {
                self.mark(span, slot);
            }
        }
    }

    #[inline(always)]
    unsafe fn mark(&mut self, span: *mut Span, slot: usize) {
        // SAFETY: the caller's.
        unsafe {
            if !Span::mark(span, slot) {
                return;
            }
            let size = (*span).size;
            self.bytes += size;
            let layout = (*span).layout;
            if layout != Layout::NoScan {
                self.push(Item::new((*span).base + slot * size, layout, (*span).class));
            }
        }
    }

    /// Marks what all words of a range point to. The bounds are multiples of a word.
    ///
    /// # Safety
    /// The memory is readable.
    pub unsafe fn scan_range(&mut self, from: usize, to: usize) {
        let mut at = from;
        while at < to {
            // SAFETY: the caller's.
            let word = unsafe { (at as *const usize).read_volatile() };
            self.conservative(word);
            at += WORD;
        }
    }

    /// Marks what an object points to, though not the object.
    pub fn scan_object(&mut self, address: usize) {
        let span = self.heap.space.span_of(address);
        // SAFETY: spans in the table are alive.
        unsafe {
            if span.is_null() || address >= (*span).limit || (*span).layout == Layout::NoScan {
                return;
            }
            let base = (*span).base + (*span).slot(address) * (*span).size;
            self.scan(Item::new(base, (*span).layout, (*span).class));
        }
    }

    #[inline(always)]
    fn scan(&mut self, item: Item) {
        let at = item.address();
        // SAFETY: the item is an object that was given out, so all of it is readable.
        unsafe {
            match item.layout() {
                Layout::NoScan => {}
                Layout::First => {
                    self.scanned += WORD;
                    self.grey(load(at));
                }
                Layout::All if item.class() != 0 => {
                    let size = usize::from(SIZES[item.class()]);
                    self.scanned += size;
                    let mut word = at;
                    while word < at + size {
                        self.grey(load(word));
                        word += WORD;
                    }
                }
                Layout::Mask if item.class() != 0 => {
                    let size = usize::from(SIZES[item.class()]);
                    let span = self.heap.space.span_of(at);
                    let mut mask = Span::mask(span, (*span).slot(at));
                    self.scanned += size;
                    if size <= MAX_MASKED {
                        while mask != 0 {
                            self.grey(load(at + WORD * mask.trailing_zeros() as usize));
                            mask &= mask - 1;
                        }
                    } else {
                        layout::for_pointers(at, at, at + size, mask as *const Type, |p| {
                            self.grey(load(p as usize))
                        });
                    }
                }
                _ => self.scan_large(at),
            }
        }
    }

    /// Scans a part of a large object; at its start, makes items of its other parts.
    #[cold]
    unsafe fn scan_large(&mut self, at: usize) {
        // SAFETY: the item lies in a large object.
        unsafe {
            let span = self.heap.space.span_of(at);
            let base = (*span).base;
            let end = base + ((*span).requested & !(WORD - 1));
            if at == base {
                let mut part = base + PART;
                while part < end {
                    self.push(Item::new(part, (*span).layout, 0));
                    part += PART;
                }
            }
            let to = end.min(at + PART);
            self.scanned += to - at;
            if (*span).layout == Layout::All {
                let mut word = at;
                while word < to {
                    self.grey(load(word));
                    word += WORD;
                }
            } else {
                layout::for_pointers(base, at, to, Span::mask(span, 0) as *const Type, |p| {
                    self.grey(load(p as usize))
                });
            }
        }
    }

    /// Calls `f` with the address of each pointer word of an object.
    ///
    /// # Safety
    /// A living slot; the program does not run.
    pub unsafe fn pointers_of(span: *mut Span, slot: usize, mut f: impl FnMut(usize)) {
        // SAFETY: the caller's.
        unsafe {
            let at = (*span).base + slot * (*span).size;
            let size = if (*span).class == 0 {
                (*span).requested & !(WORD - 1)
            } else {
                (*span).size
            };
            match (*span).layout {
                Layout::NoScan => {}
                Layout::First => f(at),
                Layout::All => (at..at + size).step_by(WORD).for_each(f),
                Layout::Mask => {
                    let mut mask = Span::mask(span, slot);
                    if (*span).class != 0 && size <= MAX_MASKED {
                        while mask != 0 {
                            f(at + WORD * mask.trailing_zeros() as usize);
                            mask &= mask - 1;
                        }
                    } else {
                        layout::for_pointers(at, at, at + size, mask as *const Type, |p| {
                            f(p as usize);
                        });
                    }
                }
            }
        }
    }

    /// Marks at most so many objects; whether nothing is left to this worker and the pool.
    pub fn drain_some(&mut self, most: usize) -> bool {
        for _ in 0..most {
            match self.pop() {
                Some(item) => self.scan(item),
                None => return true,
            }
        }
        false
    }

    /// Marks about so many bytes out of the pool.
    pub fn assist(&mut self, bytes: usize) {
        let end = self.bytes + bytes;
        while self.bytes < end {
            match self.pop() {
                Some(item) => self.scan(item),
                None => break,
            }
        }
    }

    /// Gives all work to the pool, and counts what was marked.
    pub fn release(&mut self) {
        for _ in 0..SEEN {
            let old = core::mem::replace(&mut self.seen[self.seen_next % SEEN], NOTHING);
            self.seen_next += 1;
            self.settle(old);
        }
        for i in 0..AHEAD {
            let old = core::mem::replace(&mut self.ahead[i], Item(0));
            if old.0 != 0 {
                self.push(old);
            }
        }
        // SAFETY: the buffer is this worker's.
        unsafe {
            if (*self.buffer).len > 0 {
                self.heap.pool.put_full(self.buffer);
                self.buffer = self.heap.pool.get_empty();
                (*self.buffer).len = 0;
            }
        }
        self.count();
    }

    /// Counts what was marked since the last time.
    pub fn count(&mut self) {
        let bytes = core::mem::take(&mut self.bytes);
        if bytes != 0 {
            self.heap.pool.bytes.fetch_add(bytes, AcqRel);
        }
    }

    /// Marks until this worker and the pool have nothing left.
    pub fn drain(&mut self) {
        while let Some(item) = self.pop() {
            self.scan(item);
        }
    }

    /// Changes the team unless the phase is over; the new state.
    fn change_team(&self, phase: u32, change: impl Fn(Team) -> Option<Team>) -> Option<Team> {
        let cell = &self.heap.pool.team;
        let mut word = cell.load(Acquire);
        loop {
            let team = Team::unpack(word);
            if team.phase != phase || team.joined == 0 {
                return None;
            }
            let next = change(team)?;
            match cell.compare_exchange_weak(word, next.pack(), AcqRel, Acquire) {
                Ok(_) => return Some(next),
                Err(now) => word = now,
            }
        }
    }

    /// Opens a phase in which other workers may join this one: they call [`Worker::join`] any time from now on. Marks until
    /// nobody has anything left.
    pub fn drain_together(&mut self, tell: impl FnOnce()) {
        let pool = &self.heap.pool;
        self.shared = true;
        let phase = Team::unpack(pool.team.load(Relaxed)).phase.wrapping_add(1);
        pool.team.store(
            Team {
                phase,
                joined: 1,
                idle: 0,
            }
            .pack(),
            Release,
        );
        tell();
        self.work_in(phase);
        self.shared = false;
    }

    /// Takes part in the open phase, if there is one, until it is over.
    pub fn join(&mut self) {
        self.shared = true;
        let phase = Team::unpack(self.heap.pool.team.load(Acquire)).phase;
        if self
            .change_team(phase, |t| {
                Some(Team {
                    joined: t.joined + 1,
                    ..t
                })
            })
            .is_some()
        {
            self.work_in(phase);
        }
    }

    fn work_in(&mut self, phase: u32) {
        let heap = self.heap;
        loop {
            let mut count = 0u32;
            while let Some(item) = self.pop() {
                self.scan(item);
                count = count.wrapping_add(1);
                if count.is_multiple_of(64) {
                    self.share();
                    if count.is_multiple_of(256) {
                        self.count();
                    }
                    if heap.marking.load(Relaxed) && self.strict {
                        // Long phases find more errors.
                        crate::sys::usleep(20);
                    }
                }
            }
            // Counted before it can be seen that this worker is done.
            self.count();
            if self
                .change_team(phase, |t| {
                    Some(Team {
                        idle: t.idle + 1,
                        ..t
                    })
                })
                .is_none()
            {
                return;
            }
            let mut spins = 0u32;
            loop {
                if heap.pool.waiting.load(Acquire) > 0 {
                    if self
                        .change_team(phase, |t| {
                            Some(Team {
                                idle: t.idle - 1,
                                ..t
                            })
                        })
                        .is_none()
                    {
                        return;
                    }
                    break;
                }
                // Once all are idle nobody is left to put work into the pool: the phase is closed.
                let closed = self.change_team(phase, |t| {
                    let over = t.idle == t.joined && heap.pool.waiting.load(Acquire) == 0;
                    if over {
                        Some(Team {
                            joined: 0,
                            idle: 0,
                            ..t
                        })
                    } else {
                        Some(t)
                    }
                });
                if closed.is_none_or(|t| t.joined == 0) {
                    return;
                }
                spins += 1;
                if spins > 200 {
                    crate::sys::osyield();
                } else {
                    core::hint::spin_loop();
                }
            }
        }
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        Pool::push(&self.heap.pool.empty, self.buffer);
    }
}
