//! Stack maps in object files.

use crate::harness::module;
use gust_codegen_llvm::{Options, compile};
use object::{Object, ObjectSection};

/// The map of a call: the registers that are needed, and how many words are not.
#[derive(Debug, PartialEq, Eq)]
struct Map {
    registers: u8,
    dead: u64,
}

/// The maps of the one function of a module, in the order of its code.
fn maps(ir: &str) -> Vec<Map> {
    let bytes = compile(&module(ir), "main", &Options::default()).unwrap();
    let file = object::File::parse(&*bytes).unwrap();
    let section = file.section_by_name(gust_abi::stackmap::SECTION).unwrap();
    let data = section.data().unwrap();
    // Address and size are for the linker to fill in.
    let mut rest = data[8..].iter().copied();
    let mut number = || {
        let (mut n, mut shift) = (0, 0);
        loop {
            let byte = rest.next().unwrap();
            n |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return n;
            }
            shift += 7;
        }
    };
    let count = number();
    let saved = number() as u8;
    for _ in 0..saved.count_ones() {
        number();
    }
    let mut maps = Vec::new();
    for _ in 0..count {
        let registers = number() as u8;
        assert_eq!(registers & !saved, 0, "a register that is not saved");
        let ranges = number();
        let dead = (0..ranges).map(|_| (number(), number()).1).sum();
        maps.push(Map { registers, dead });
    }
    assert_eq!(rest.len(), 4 * maps.len(), "an address for each call");
    maps
}

#[test]
fn a_value_is_needed_up_to_its_last_use() {
    let maps = maps(
        "func @f export (ptr) -> () {
b0(v0: ptr):
    call @see(v0) (ptr) -> ()
    call @see(v0) (ptr) -> ()
    ret
}
",
    );
    assert_eq!(maps.len(), 2);
    assert_eq!(maps[0].registers.count_ones(), 1, "{maps:?}");
    assert_eq!(maps[1].registers, 0, "{maps:?}");
}

#[test]
fn slots_are_needed_in_their_scope() {
    let maps = maps(
        "func @f export () -> () {
    s0: size 32 align 8
b0():
    call @other() () -> ()
    slotstart s0
    v0: ptr = slot s0
    call @see(v0) (ptr) -> ()
    slotend s0
    call @other() () -> ()
    ret
}
",
    );
    let dead: Vec<_> = maps.iter().map(|m| m.dead).collect();
    assert_eq!(dead.len(), 3);
    assert_eq!(dead[0], dead[2], "{maps:?}");
    assert_eq!(dead[0], dead[1] + 4, "{maps:?}");
}

#[test]
fn slots_without_a_scope_are_needed_from_where_they_are_named() {
    let maps = maps(
        "func @f export () -> () {
    s0: size 32 align 8
b0():
    call @other() () -> ()
    v0: ptr = slot s0
    call @see(v0) (ptr) -> ()
    call @other() () -> ()
    ret
}
",
    );
    let dead: Vec<_> = maps.iter().map(|m| m.dead).collect();
    assert_eq!(dead.len(), 3);
    assert_eq!(dead[1], dead[2], "{maps:?}");
    assert_eq!(dead[0], dead[1] + 4, "{maps:?}");
}

#[test]
fn functions_with_deferred_calls_have_maps() {
    let maps = maps(
        "func @f export (ptr) -> (ptr) {
    s0: size 80 align 16
b0(v0: ptr):
    setrecover s0, b1(), b2()
b1():
    call @other() () -> ()
    call @other() () -> ()
    ret v0
b2():
    call @see(v0) (ptr) -> ()
    ret v0
}
",
    );
    // The calls of `setrecover`, of `other` twice, and of `see`.
    assert_eq!(maps.len(), 4, "{maps:?}");
}
