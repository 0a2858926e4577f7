//! Signatures as LLVM function types, by the convention of [`gust_abi::convention`].

use gust_abi::convention::{Class, results_in_registers};
use gust_ir::{Signature, Type};
use inkwell::AddressSpace;
use inkwell::context::Context;
use inkwell::types::{
    ArrayType, BasicMetadataTypeEnum, BasicType, BasicTypeEnum, FloatType, FunctionType, IntType,
    PointerType, StructType,
};

/// The scalar types in a context.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Types<'ctx> {
    pub context: &'ctx Context,
    pub i1: IntType<'ctx>,
    pub i8: IntType<'ctx>,
    pub i32: IntType<'ctx>,
    pub i64: IntType<'ctx>,
    pub f32: FloatType<'ctx>,
    pub f64: FloatType<'ctx>,
    pub ptr: PointerType<'ctx>,
}

impl<'ctx> Types<'ctx> {
    pub fn new(context: &'ctx Context) -> Self {
        Self {
            context,
            i1: context.bool_type(),
            i8: context.i8_type(),
            i32: context.i32_type(),
            i64: context.i64_type(),
            f32: context.f32_type(),
            f64: context.f64_type(),
            ptr: context.ptr_type(AddressSpace::default()),
        }
    }

    /// The integer type of a width in bytes.
    pub fn int(&self, bytes: u32) -> IntType<'ctx> {
        match bytes {
            1 => self.i8,
            2 => self.context.i16_type(),
            4 => self.i32,
            8 => self.i64,
            _ => self.context.i128_type(),
        }
    }

    /// The float type among the two.
    pub fn float(&self, ty: Type) -> FloatType<'ctx> {
        if ty == Type::F32 { self.f32 } else { self.f64 }
    }

    pub fn scalar(&self, ty: Type) -> BasicTypeEnum<'ctx> {
        match ty {
            Type::I8 | Type::I16 | Type::I32 | Type::I64 => self.int(ty.bytes()).into(),
            Type::F32 | Type::F64 => self.float(ty).into(),
            Type::Ptr => self.ptr.into(),
        }
    }

    /// The function type of a signature, with a parameter for the closure context if `context`.
    pub fn legal(&self, sig: &Signature, context: bool) -> Legal<'ctx> {
        let classes = sig.results.iter().map(|ty| match ty.is_float() {
            true => Class::Float,
            false => Class::Int,
        });
        let fields: Vec<_> = sig.results.iter().map(|&ty| self.scalar(ty)).collect();
        let returns = match fields.as_slice() {
            [] => Returns::Nothing,
            &[ty] => Returns::One(ty),
            fields if results_in_registers(classes) => {
                Returns::Registers(self.context.struct_type(fields, false))
            }
            // Each result in an 8-byte field.
            fields => Returns::Memory(self.i64.array_type(fields.len() as u32)),
        };
        let mut params: Vec<BasicMetadataTypeEnum<'ctx>> = Vec::new();
        if let Returns::Memory(_) = returns {
            params.push(self.ptr.into());
        }
        if context {
            params.push(self.ptr.into());
        }
        params.extend(
            sig.params
                .iter()
                .map(|&ty| BasicMetadataTypeEnum::from(self.scalar(ty))),
        );
        let ty = match returns {
            Returns::Nothing | Returns::Memory(_) => {
                self.context.void_type().fn_type(&params, false)
            }
            Returns::One(ty) => ty.fn_type(&params, false),
            Returns::Registers(ty) => ty.fn_type(&params, false),
        };
        Legal { ty, returns }
    }
}

/// How results come back.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Returns<'ctx> {
    Nothing,
    One(BasicTypeEnum<'ctx>),
    /// Several registers.
    Registers(StructType<'ctx>),
    /// Memory the first parameter points to.
    Memory(ArrayType<'ctx>),
}

/// A signature as the machine has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Legal<'ctx> {
    pub ty: FunctionType<'ctx>,
    pub returns: Returns<'ctx>,
}
