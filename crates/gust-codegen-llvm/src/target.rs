//! The machine, the passes, the object file.

use crate::{Error, Options, Result};
use inkwell::OptimizationLevel;
use inkwell::module::Module;
use inkwell::passes::PassBuilderOptions;
use inkwell::targets::{
    CodeModel, FileType, InitializationConfig, RelocMode, Target, TargetMachine, TargetTriple,
};
use llvm_sys::target_machine::LLVMTargetMachineRef;
use std::sync::Once;

const TRIPLE: &str = "x86_64-unknown-linux-gnu";

unsafe extern "C" {
    /// In `shim.cpp`.
    fn gust_target_sections(machine: LLVMTargetMachineRef);
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

/// The machine to compile for.
pub(crate) fn machine(options: &Options) -> Result<TargetMachine> {
    static INIT: Once = Once::new();
    INIT.call_once(|| {
        Target::initialize_x86(&InitializationConfig {
            disassembler: false,
            ..InitializationConfig::default()
        });
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

/// The object file.
pub(crate) fn object(module: &Module<'_>, machine: &TargetMachine) -> Result<Vec<u8>> {
    let buffer = machine
        .write_to_memory_buffer(module, FileType::Object)
        .map_err(|e| Error::new(e.to_string()))?;
    Ok(buffer.as_slice().to_vec())
}
