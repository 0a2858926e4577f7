//! From IR to object code through LLVM.
//!
//! [`compile`] takes one module of the IR and gives one relocatable ELF object for x86-64 Linux, to be linked into a
//! static program that does not move. Each call has an LLVM context of its own, so calls may run in parallel.
//!
//! - `module.rs`: symbols, what is declared and what is defined.
//! - `data.rs`: globals.
//! - `signature.rs`: the convention of [`gust_abi::convention`] as LLVM function types.
//! - `function.rs`: the body of a function, block by block; `arith.rs`, `rounding.rs`, `memory.rs`, `calls.rs` and `checks.rs` its
//!   instructions.
//! - `debug.rs`: source locations as DWARF; `variables.rs`: source variables and their types.
//! - `target.rs`: the machine, the passes, the object file.
//!
//! What the program must provide besides the runtime's entry points: `memcpy`, `memmove`, `memset`, `memcmp` and `bcmp` with
//! their C meaning, [`FMA_SYMBOL`] and [`SET_RECOVER_SYMBOL`]. No other library call is made.
//!
//! It knows nothing of Go but what the IR says, and does not link.

mod arith;
mod barrier;
mod calls;
mod checks;
mod data;
mod debug;
mod function;
mod memory;
mod module;
mod rounding;
mod signature;
mod target;
mod variables;

pub use data::{ITAB_LINKS, NO_POINTERS_BSS, NO_POINTERS_DATA, TYPE_LINKS};

use inkwell::builder::BuilderError;
use inkwell::context::Context;
use std::fmt;

/// `(f64, f64, f64) -> f64`: `x * y + z` rounded once, for machines without such an instruction.
pub const FMA_SYMBOL: &str = "runtime.fma";

/// `(ptr) -> i32`: saves the machine state in the buffer and gives 0; when the runtime resumes there, the
/// call returns once more with another number.
pub const SET_RECOVER_SYMBOL: &str = "runtime.setrecover";

/// What tells this backend from others: equal modules and options become equal objects with backends of equal identity.
pub const IDENTITY: &str = env!("GUST_BACKEND_IDENTITY");

/// How to compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// 0 (fast to compile) to 3.
    pub opt_level: u8,
    /// Emits DWARF: line tables, functions, inlined calls, variables that the module tells of.
    pub debug_info: bool,
    /// The level of the x86-64 instruction set, 1 to 4, as `GOAMD64` has it.
    pub goamd64: u8,
    /// Has LLVM check its IR.
    pub verify: bool,
    /// Gives LLVM's IR as text, after the passes, in place of the object.
    pub emit_llvm: bool,
    /// Has pointer writes tell the collector of what they overwrite while it marks. One that stops the world needs that not.
    pub write_barriers: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            opt_level: 2,
            debug_info: true,
            goamd64: 1,
            verify: cfg!(debug_assertions),
            emit_llvm: false,
            write_barriers: false,
        }
    }
}

/// Why a module could not be compiled: an IR module that is not valid, or a mistake in this crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The symbol of the function or global at fault, if it is one.
    pub symbol: Option<String>,
    /// What is wrong.
    pub message: String,
}

impl Error {
    fn new(message: impl Into<String>) -> Self {
        Self {
            symbol: None,
            message: message.into(),
        }
    }

    fn of(self, symbol: &str) -> Self {
        Self {
            symbol: self.symbol.or_else(|| Some(symbol.to_string())),
            ..self
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(symbol) = &self.symbol {
            write!(f, "{symbol}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<BuilderError> for Error {
    fn from(error: BuilderError) -> Self {
        Self::new(error.to_string())
    }
}

type Result<T> = std::result::Result<T, Error>;

/// Compiles a module to a relocatable ELF object. `name` is its import path.
///
/// # Errors
/// If the module is not valid.
pub fn compile(module: &gust_ir::Module, name: &str, options: &Options) -> Result<Vec<u8>> {
    if options.emit_llvm {
        return llvm_text(module, name, options).map(String::into_bytes);
    }
    let context = Context::create();
    let machine = target::machine(options)?;
    let llvm = module::translate(&context, &machine, module, name, options)?;
    target::optimize(&llvm, &machine, options)?;
    target::object(&llvm, &machine)
}

/// LLVM's IR of a module as text, after the passes.
///
/// # Errors
/// If the module is not valid.
pub fn llvm_text(module: &gust_ir::Module, name: &str, options: &Options) -> Result<String> {
    let context = Context::create();
    let machine = target::machine(options)?;
    let llvm = module::translate(&context, &machine, module, name, options)?;
    target::optimize(&llvm, &machine, options)?;
    Ok(llvm.print_to_string().to_string())
}
