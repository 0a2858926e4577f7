//! The machine, the passes, the object file.

use crate::{Error, Options, Result};
use inkwell::OptimizationLevel;
use inkwell::memory_buffer::MemoryBuffer;
use inkwell::module::Module;
use inkwell::passes::PassBuilderOptions;
use inkwell::targets::{
    CodeModel, InitializationConfig, RelocMode, Target, TargetMachine, TargetTriple,
};
use llvm_sys::prelude::{LLVMMemoryBufferRef, LLVMModuleRef};
use llvm_sys::support::LLVMParseCommandLineOptions;
use llvm_sys::target_machine::LLVMTargetMachineRef;
use std::ffi::CStr;
use std::sync::Once;

const TRIPLE: &str = "x86_64-unknown-linux-gnu";

unsafe extern "C" {
    // In `shim.cpp`.
    fn gust_target_sections(machine: LLVMTargetMachineRef);
    fn gust_emit_object(
        machine: LLVMTargetMachineRef,
        module: LLVMModuleRef,
    ) -> LLVMMemoryBufferRef;
}

/// LLVM's name of a `GOAMD64` level, as processor.
pub(crate) fn cpu(goamd64: u8) -> Result<&'static str> {
    Ok(match goamd64 {
        1 => "x86-64",
        2 => "x86-64-v2",
        3 => "x86-64-v3",
        4 => "x86-64-v4",
        other => return Err(Error::new(format!("there is no GOAMD64 level {other}"))),
    })
}

/// Sets what LLVM lets be set only for the whole process. Once, before anything is compiled.
fn set_switches() {
    const SWITCHES: &[&CStr] = &[
        c"gust",
        // Two neighbouring words are not made a vector where that saves little: a load of both waits for what has
        // been stored to one of them just before.
        c"-slp-threshold=4",
        // A register that has to be saved costs more than what is spilled around a call that is hardly ever made.
        c"-regalloc-csr-first-time-cost=4096",
    ];
    let args: Vec<_> = SWITCHES.iter().map(|s| s.as_ptr()).collect();
    // SAFETY: the strings end with 0 and are only read; this is called once.
    unsafe {
        LLVMParseCommandLineOptions(args.len() as i32, args.as_ptr(), std::ptr::null());
    }
}

/// The machine to compile for.
pub(crate) fn machine(options: &Options) -> Result<TargetMachine> {
    static INIT: Once = Once::new();
    INIT.call_once(|| {
        Target::initialize_x86(&InitializationConfig {
            disassembler: false,
            ..InitializationConfig::default()
        });
        set_switches();
    });
    let triple = TargetTriple::create(TRIPLE);
    let target = Target::from_triple(&triple).map_err(|e| Error::new(e.to_string()))?;
    let level = match options.opt_level {
        0 => OptimizationLevel::None,
        1 => OptimizationLevel::Less,
        2 => OptimizationLevel::Default,
        _ => OptimizationLevel::Aggressive,
    };
    let cpu = cpu(options.goamd64)?;
    let machine = target
        .create_target_machine(&triple, cpu, "", level, RelocMode::Static, CodeModel::Small)
        .ok_or_else(|| Error::new("LLVM lacks the x86-64 target"))?;
    // SAFETY: the machine is alive and used by this thread alone.
    unsafe { gust_target_sections(machine.as_mut_ptr()) };
    Ok(machine)
}

/// Runs the passes of the level.
pub(crate) fn optimize(
    module: &Module<'_>,
    machine: &TargetMachine,
    options: &Options,
) -> Result<()> {
    let passes = match options.opt_level {
        0 => "default<O0>",
        1 => "default<O1>",
        2 => "default<O2>",
        _ => "default<O3>",
    };
    let settings = PassBuilderOptions::create();
    settings.set_call_graph_profile(false);
    settings.set_merge_functions(false);
    settings.set_loop_vectorization(options.opt_level >= 2);
    settings.set_loop_slp_vectorization(options.opt_level >= 2);
    module
        .run_passes(passes, machine, settings)
        .map_err(|e| Error::new(e.to_string()))
}

/// The object file, with stack maps.
pub(crate) fn object(module: &Module<'_>, machine: &TargetMachine) -> Result<Vec<u8>> {
    // SAFETY: both are alive; the buffer is this function's.
    let buffer = unsafe {
        let buffer = gust_emit_object(machine.as_mut_ptr(), module.as_mut_ptr());
        if buffer.is_null() {
            return Err(Error::new("LLVM cannot make object files"));
        }
        MemoryBuffer::new(buffer)
    };
    let mut object = buffer.as_slice().to_vec();
    drop_split_stack_note(&mut object);
    Ok(object)
}

/// Has the linker leave out the section that says that the object's functions check the size of their stack. It would
/// have linkers change all those that call others without such checks (the runtime's), so that they always ask
/// for more. Our runtime switches stacks itself.
fn drop_split_stack_note(object: &mut [u8]) -> Option<()> {
    // ELF-64: `e_shoff`, `e_shentsize`, `e_shnum`, `e_shstrndx`; in a section header `sh_name`, `sh_flags`, `sh_offset` and
    // `sh_size`. With too many sections for `e_shnum` and `e_shstrndx`, the first header has them in `sh_size`
    // and `sh_link`.
    const EXCLUDE: u64 = 1 << 31;
    const EXTENDED: usize = 0xffff;
    let number = |object: &[u8], at: usize, size: usize| -> Option<usize> {
        let mut bytes = [0; 8];
        bytes[..size].copy_from_slice(object.get(at..at.checked_add(size)?)?);
        usize::try_from(u64::from_le_bytes(bytes)).ok()
    };
    let headers = number(object, 0x28, 8)?;
    let header_size = number(object, 0x3a, 2)?;
    let count = match number(object, 0x3c, 2)? {
        0 => number(object, headers + 0x20, 8)?,
        count => count,
    };
    let names = match number(object, 0x3e, 2)? {
        EXTENDED => number(object, headers + 0x28, 4)?,
        index => index,
    };
    let names = number(object, headers + names * header_size + 0x18, 8)?;
    // The notes are the last sections made.
    for header in (0..count).rev().map(|i| headers + i * header_size) {
        let name = names + number(object, header, 4)?;
        if object.get(name..)?.starts_with(b".note.GNU-split-stack\0") {
            let flags = header + 8;
            let set = number(object, flags, 8)? as u64 | EXCLUDE;
            object
                .get_mut(flags..flags + 8)?
                .copy_from_slice(&set.to_le_bytes());
            return Some(());
        }
    }
    None
}
