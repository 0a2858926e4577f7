//! Makes the table of stack maps, whose form [`gust_abi::stackmap`] tells, from the sections that the linker has joined.

use gust_abi::stackmap::{ENTRY_SIZE, REGISTERS};
use rustc_hash::FxHashMap;

/// A function with its calls, as it stands in the joined sections.
struct Function<'a> {
    address: u32,
    saved: u8,
    /// Words of the saved registers.
    places: Vec<u64>,
    /// Return addresses and maps.
    calls: Vec<(u32, &'a [u8])>,
}

/// Makes the table from the contents of the section, which begins at `address`; `code` gives the bytes of code from an address on.
/// None if something is broken.
pub fn encode<'c>(
    section: &[u8],
    address: u64,
    code: impl Fn(u64) -> Option<&'c [u8]>,
) -> Option<Vec<u8>> {
    let mut functions = Vec::new();
    let mut rest = Reader {
        bytes: section,
        at: 0,
    };
    while rest.at < section.len() {
        functions.push(function(&mut rest, address, &code)?);
    }
    functions.sort_by_key(|f| f.address);
    let mut numbers: FxHashMap<&[u8], u64> = FxHashMap::default();
    let mut maps: Vec<u8> = Vec::new();
    let mut records = Vec::new();
    let mut entries = Vec::new();
    let records_at = ENTRY_SIZE * (functions.len() + 1);
    for f in &functions {
        let record = u32::try_from(records_at + records.len()).ok()?;
        entries.extend(f.address.to_le_bytes());
        entries.extend(record.to_le_bytes());
        unsigned(&mut records, f.calls.len() as u64);
        records.push(f.saved);
        for &place in &f.places {
            unsigned(&mut records, place);
        }
        let mut before = f.address;
        for &(address, map) in &f.calls {
            let number = *numbers.entry(map).or_insert_with(|| {
                let at = maps.len() as u64;
                maps.extend(map);
                at
            });
            unsigned(&mut records, u64::from(address.checked_sub(before)?));
            unsigned(&mut records, number);
            before = address;
        }
    }
    let mut table = Vec::with_capacity(records_at + records.len() + maps.len());
    table.extend(u32::try_from(functions.len()).ok()?.to_le_bytes());
    let maps_at = u32::try_from(records_at + records.len()).ok()?;
    table.extend(maps_at.to_le_bytes());
    table.extend(entries);
    table.extend(records);
    table.extend(maps);
    Some(table)
}

fn function<'a, 'c>(
    rest: &mut Reader<'a>,
    section: u64,
    code: &impl Fn(u64) -> Option<&'c [u8]>,
) -> Option<Function<'a>> {
    let address = rest.address(section)?;
    rest.take(4)?;
    let count = rest.unsigned()?;
    let saved = rest.byte()?;
    let mut places = Vec::new();
    for _ in 0..(saved & ((1 << REGISTERS) - 1)).count_ones() {
        places.push(rest.unsigned()?);
    }
    let mut maps = Vec::new();
    for _ in 0..count {
        let from = rest.at;
        rest.byte()?;
        for _ in 0..rest.unsigned()? {
            rest.unsigned()?;
            rest.unsigned()?;
        }
        maps.push(&rest.bytes[from..rest.at]);
    }
    let mut calls = Vec::new();
    for map in maps {
        let call = rest.address(section)?;
        let length = call_length(code(u64::from(call))?)?;
        calls.push((call + length, map));
    }
    calls.sort_by_key(|&(address, _)| address);
    Some(Function {
        address,
        saved,
        places,
        calls,
    })
}

/// The length of the call instruction that bytes begin with; none if they begin with something else.
fn call_length(code: &[u8]) -> Option<u32> {
    let mut at = 0;
    // Operand size, segments, REX.
    while matches!(
        code.get(at)?,
        0x66 | 0x2e | 0x3e | 0x64 | 0x65 | 0x40..=0x4f
    ) {
        at += 1;
    }
    let length = match code[at] {
        0xe8 => at + 5,
        0xff => {
            let operand = *code.get(at + 1)?;
            if operand >> 3 & 7 != 2 {
                return None;
            }
            let (mode, register) = (operand >> 6, operand & 7);
            let has_index = mode != 3 && register == 4;
            let base = if has_index {
                *code.get(at + 2)? & 7
            } else {
                register
            };
            let displacement = match mode {
                0 if base == 5 => 4,
                1 => 1,
                2 => 4,
                _ => 0,
            };
            at + 2 + usize::from(has_index) + displacement
        }
        _ => return None,
    };
    u32::try_from(length).ok()
}

fn unsigned(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(n)?)?;
        self.at += n;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        Some(self.take(1)?[0])
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            n |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(n);
            }
        }
        None
    }

    /// An address less the place of the field, in a section that begins at an address.
    fn address(&mut self, section: u64) -> Option<u32> {
        let here = section.checked_add(self.at as u64)?;
        let distance = i32::from_le_bytes(self.take(4)?.try_into().ok()?);
        u32::try_from(here.checked_add_signed(distance.into())?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{call_length, encode};

    #[test]
    fn lengths_of_calls() {
        for (code, length) in [
            (&[0xe8, 1, 2, 3, 4, 0x90][..], Some(5)),
            (&[0xff, 0xd0], Some(2)),
            (&[0x41, 0xff, 0xd3], Some(3)),
            (&[0xff, 0x53, 0x08], Some(3)),
            (&[0xff, 0x14, 0xc5, 1, 2, 3, 4], Some(7)),
            (&[0x41, 0xff, 0x54, 0x24, 0x18], Some(5)),
            (&[0xff, 0x90, 1, 2, 3, 4], Some(6)),
            (&[0xff, 0x15, 1, 2, 3, 4], Some(6)),
            (&[0xff, 0xe0], None),
            (&[0x90], None),
            (&[0xff], None),
        ] {
            assert_eq!(call_length(code), length, "{code:x?}");
        }
    }

    #[test]
    fn equal_maps_stand_once() {
        // A function at 0x1000 with two calls of the same map, the section at 0x2000.
        let mut section = Vec::new();
        let field = |section: &mut Vec<u8>, address: i32| {
            let here = 0x2000 + section.len() as i32;
            section.extend((address - here).to_le_bytes());
        };
        field(&mut section, 0x1000);
        section.extend(32u32.to_le_bytes());
        section.extend([2, 0b1, 1]);
        section.extend([0b1, 1, 2, 3].repeat(2));
        field(&mut section, 0x1004);
        field(&mut section, 0x1010);
        let mut code = [0x90; 32];
        code[4] = 0xe8;
        code[16..18].copy_from_slice(&[0xff, 0xd0]);
        let table = encode(&section, 0x2000, |at| code.get(at as usize - 0x1000..));
        let mut want = Vec::new();
        want.extend(1u32.to_le_bytes());
        want.extend(23u32.to_le_bytes());
        want.extend(0x1000u32.to_le_bytes());
        want.extend(16u32.to_le_bytes());
        want.extend([2, 0b1, 1, 9, 0, 9, 0]);
        want.extend([0b1, 1, 2, 3]);
        assert_eq!(table, Some(want));
        assert_eq!(encode(&section[..20], 0x2000, |_| None), None);
    }
}
