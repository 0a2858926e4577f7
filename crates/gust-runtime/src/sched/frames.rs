//! Frames of goroutines, as the collector sees them: word by word with [stack maps](gust_abi::stackmap), else whole.
//!
//! A walk goes from callees to callers. It knows for each register that callees preserve where the value is that the frame
//! at hand had in it during its call: where a callee saved it. The map of the call says whether that value counts.

use core::slice;

use gust_abi::stackmap::{ENTRY_SIZE, REGISTERS};

use super::{G, roots::Visit, state::Guarded};
use crate::{arch::amd64::Frame, image, stack::Segment};

/// What is known of a call.
#[derive(Clone, Copy)]
struct Site {
    /// Its return address.
    pc: usize,
    /// The byte of the function's record with the registers that it saves.
    saved: *const u8,
    /// The call's map; null if there is none.
    map: *const u8,
}

const NO_SITE: Site = Site {
    pc: 0,
    saved: core::ptr::null(),
    map: core::ptr::null(),
};

/// Sites found lately, by the low bits of the address. Goroutines wait in few places.
const RECENT: usize = 512;

static SITES: Guarded<[Site; RECENT]> = Guarded::new([NO_SITE; RECENT]);

/// Reads unsigned varints.
struct Reader(*const u8);

impl Reader {
    unsafe fn byte(&mut self) -> u8 {
        // SAFETY: the caller reads no more than the table has.
        unsafe {
            let byte = *self.0;
            self.0 = self.0.add(1);
            byte
        }
    }

    unsafe fn unsigned(&mut self) -> usize {
        let (mut n, mut shift) = (0, 0);
        loop {
            // SAFETY: as above.
            let byte = unsafe { self.byte() };
            n |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return n;
            }
            shift += 7;
        }
    }
}

/// The call that returns to an address, if it has a map.
unsafe fn look_up(pc: usize) -> Site {
    let none = Site { pc, ..NO_SITE };
    let table = image::stack_maps();
    if table.is_null() {
        return none;
    }
    // SAFETY: the table has the form that `gust_abi::stackmap` tells.
    unsafe {
        let header = slice::from_raw_parts(table.cast::<[u32; 2]>(), 1)[0];
        let functions = table.add(ENTRY_SIZE).cast::<[u32; 2]>();
        let functions = slice::from_raw_parts(functions, header[0] as usize);
        let index = functions.partition_point(|f| (f[0] as usize) < pc);
        let Some(&[start, record]) = index.checked_sub(1).and_then(|i| functions.get(i)) else {
            return none;
        };
        let mut reader = Reader(table.add(record as usize));
        let calls = reader.unsigned();
        let saved = reader.0;
        for _ in 0..reader.byte().count_ones() {
            reader.unsigned();
        }
        let mut at = start as usize;
        for _ in 0..calls {
            at += reader.unsigned();
            let map = reader.unsigned();
            if at == pc {
                let map = table.add(header[1] as usize + map);
                return Site { pc, saved, map };
            }
            if at > pc {
                break;
            }
        }
        none
    }
}

/// The same, remembered. One thread at a time.
unsafe fn site(pc: usize) -> Site {
    // SAFETY: the world is stopped, and one thread looks for roots.
    unsafe {
        let recent = &mut SITES.get()[pc % RECENT];
        if recent.pc != pc {
            *recent = look_up(pc);
        }
        *recent
    }
}

/// A walk over the frames of one goroutine.
struct Walk<'a, 'b> {
    visit: &'a mut Visit<'b>,
    /// The segment at hand.
    segment: *mut Segment,
    /// Where the frame at hand begins: behind its callee's return address.
    low: usize,
    /// Where the values of the registers are, 0 if they have been looked at.
    registers: [usize; REGISTERS],
}

impl<'a, 'b> Walk<'a, 'b> {
    unsafe fn new(g: *mut G, sp: usize, visit: &'a mut Visit<'b>) -> Self {
        Walk {
            visit,
            // SAFETY: the goroutine does not run.
            segment: unsafe { (*g).segment },
            low: sp,
            registers: [0; REGISTERS],
        }
    }

    fn range(&mut self, from: usize, to: usize) {
        let from = from & !7;
        if from < to {
            (self.visit)(from as *const usize, to as *const usize);
        }
    }

    fn all_registers(&mut self) {
        for place in core::mem::take(&mut self.registers) {
            if place != 0 {
                self.range(place, place + 8);
            }
        }
    }

    /// The rest of the stack without maps.
    unsafe fn rest(&mut self) {
        // SAFETY: the segments are the goroutine's, which does not run.
        unsafe {
            self.all_registers();
            while !self.segment.is_null() {
                let (base, top) = ((*self.segment).base, (*self.segment).top);
                if self.low < base || self.low > top {
                    self.low = base;
                }
                self.range(self.low, top);
                // The older segment is in use from the frame in which `__morestack` left it.
                self.low = (*self.segment).left_at;
                self.segment = (*self.segment).prev as *mut Segment;
            }
        }
    }

    /// Whether a frame can have its saved frame pointer there: not below what has been looked at.
    unsafe fn is_frame(&self, frame: usize) -> bool {
        // SAFETY: as above.
        !self.segment.is_null()
            && frame.is_multiple_of(8)
            && frame >= self.low
            && unsafe { frame + 16 <= (*self.segment).top && frame >= (*self.segment).base }
    }

    /// The frame whose frame pointer is given, while its call that returns to `pc` runs.
    unsafe fn frame(&mut self, frame: usize, pc: usize) {
        // SAFETY: the frame's words are there, the maps are those of the program.
        unsafe {
            let site = site(pc);
            if site.map.is_null() {
                self.range(self.low, frame);
                self.all_registers();
                return;
            }
            let mut map = Reader(site.map);
            let needed = map.byte();
            let mut end = frame;
            for _ in 0..map.unsigned() {
                let from = end - 8 * map.unsigned();
                self.range(from.max(self.low), end);
                end = from - 8 * map.unsigned();
            }
            self.range(self.low, end);
            let mut record = Reader(site.saved);
            let saved = record.byte();
            for (i, place) in self.registers.iter_mut().enumerate() {
                if saved >> i & 1 == 0 {
                    // Still the value that the caller had.
                    continue;
                }
                if needed >> i & 1 != 0 && *place != 0 {
                    (self.visit)(*place as *const usize, (*place + 8) as *const usize);
                }
                *place = frame - 8 * record.unsigned();
            }
        }
    }

    /// From a frame outwards.
    unsafe fn frames(&mut self, mut frame: usize, mut pc: usize) {
        // SAFETY: a frame is read only if it lies in the stack.
        unsafe {
            while self.is_frame(frame) {
                self.frame(frame, pc);
                (frame, pc) = self.caller(frame);
            }
            self.rest();
        }
    }

    /// The frame of the caller of the function with a frame, and where that goes on.
    unsafe fn caller(&mut self, frame: usize) -> (usize, usize) {
        // SAFETY: the frame lies in the stack.
        unsafe {
            let [up, pc] = *(frame as *const [usize; 2]);
            self.low = frame + 16;
            if pc != image::morestack_return() || up != (*self.segment).left_at {
                return (up, pc);
            }
            // Arguments that were copied to the new segment.
            self.range(self.low, (*self.segment).top);
            self.segment = (*self.segment).prev as *mut Segment;
            self.low = up + 24;
            let [up, _, pc] = *(up as *const [usize; 3]);
            (up, pc)
        }
    }
}

/// Gives the words that count of a goroutine that left the frame of a trampoline at `sp`.
///
/// # Safety
/// The goroutine does not run; the world is stopped; one thread calls this.
pub unsafe fn from_trampoline(g: *mut G, sp: usize, mut visit: Visit<'_>) {
    // SAFETY: the caller's.
    unsafe {
        let mut walk = Walk::new(g, sp, &mut visit);
        if sp < (*walk.segment).base || sp + size_of::<Frame>() > (*walk.segment).top {
            return walk.rest();
        }
        let frame = *(sp as *const Frame);
        // r15 comes first.
        for (i, place) in walk.registers.iter_mut().rev().enumerate() {
            *place = sp + 8 * i;
        }
        walk.low = sp + size_of::<Frame>();
        walk.frames(frame.rbp, frame.pc);
    }
}

/// The same of a goroutine that stopped anywhere, with that stack pointer and frame pointer. Its registers are the
/// caller's to look at.
///
/// # Safety
/// As [`from_trampoline`].
pub unsafe fn from_anywhere(g: *mut G, sp: usize, frame: usize, mut visit: Visit<'_>) {
    // SAFETY: the caller's.
    unsafe {
        let mut walk = Walk::new(g, sp, &mut visit);
        if sp < (*walk.segment).base || !walk.is_frame(frame) {
            return walk.rest();
        }
        // The innermost frame has no map for this place, or is that of a function that has not made its own yet.
        walk.range(sp, frame);
        let (frame, pc) = walk.caller(frame);
        walk.frames(frame, pc);
    }
}
