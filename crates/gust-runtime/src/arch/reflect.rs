//! Entries of functions that `reflect` makes at run time.
//!
//! `reflect.makeFuncStub` and `reflect.methodValueCall` are the code of function values (golib/reflect/makefunc.go); those
//! named `Hidden` are for functions that get the address of memory for their results first, so that the function
//! value comes in the second register. They save the machine's arguments as a `callFrame` (golib/runtime/reflectcall.go)
//! and call the Go function whose code address is the third word of the function value.

#[cfg(all(feature = "program", not(test)))]
macro_rules! stub {
    ($symbol:literal, $value:literal) => {
        core::arch::global_asm!(
            ".text",
            ".p2align 4",
            concat!(".globl \"", $symbol, "\""),
            concat!("\"", $symbol, "\":"),
            "push rbp",
            "mov rbp, rsp",
            // A callFrame.
            "sub rsp, 176",
            "mov qword ptr [rsp], 0",
            "mov qword ptr [rsp + 8], rdi",
            "mov qword ptr [rsp + 16], rsi",
            "mov qword ptr [rsp + 24], rdx",
            "mov qword ptr [rsp + 32], rcx",
            "mov qword ptr [rsp + 40], r8",
            "mov qword ptr [rsp + 48], r9",
            "movsd qword ptr [rsp + 56], xmm0",
            "movsd qword ptr [rsp + 64], xmm1",
            "movsd qword ptr [rsp + 72], xmm2",
            "movsd qword ptr [rsp + 80], xmm3",
            "movsd qword ptr [rsp + 88], xmm4",
            "movsd qword ptr [rsp + 96], xmm5",
            "movsd qword ptr [rsp + 104], xmm6",
            "movsd qword ptr [rsp + 112], xmm7",
            "lea rax, [rbp + 16]",
            "mov qword ptr [rsp + 120], rax",
            "xor eax, eax",
            "mov qword ptr [rsp + 128], rax",
            "mov qword ptr [rsp + 136], rax",
            "mov qword ptr [rsp + 144], rax",
            "mov qword ptr [rsp + 152], rax",
            "mov qword ptr [rsp + 160], rax",
            "mov qword ptr [rsp + 168], rax",
            concat!("mov rdi, ", $value),
            "mov rsi, rsp",
            "call [rdi + 16]",
            "mov rax, qword ptr [rsp + 136]",
            "mov rdx, qword ptr [rsp + 144]",
            "mov rcx, qword ptr [rsp + 152]",
            "movsd xmm0, qword ptr [rsp + 160]",
            "movsd xmm1, qword ptr [rsp + 168]",
            "mov rsp, rbp",
            "pop rbp",
            "ret",
        );
    };
}

#[cfg(all(feature = "program", not(test)))]
mod code {
    stub!("reflect.makeFuncStub", "rdi");
    stub!("reflect.makeFuncStubHidden", "rsi");
    stub!("reflect.methodValueCall", "rdi");
    stub!("reflect.methodValueCallHidden", "rsi");
}
