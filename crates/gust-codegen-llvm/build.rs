//! Compiles the few lines of C++ that reach what LLVM's C interface leaves out.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=src/shim.cpp");
    // llvm-sys found LLVM and says where.
    let config = std::env::var("DEP_LLVM_19_CONFIG_PATH").expect("llvm-sys found no LLVM 19");
    let output = Command::new(&config).arg("--includedir").output();
    let output = output.unwrap_or_else(|e| panic!("{config}: {e}"));
    let include = String::from_utf8(output.stdout).expect("a path in UTF-8");
    cc::Build::new()
        .cpp(true)
        .file("src/shim.cpp")
        .std("c++17")
        .include(include.trim())
        .warnings(false)
        .compile("gust_llvm_shim");
}
