// What LLVM's C interface leaves out.

#include <llvm-c/TargetMachine.h>
#include <llvm/Target/TargetMachine.h>

// Gives each function and each global its own section, so that the linker can drop them one by one.
extern "C" void gust_target_sections(LLVMTargetMachineRef machine) {
  auto *target = reinterpret_cast<llvm::TargetMachine *>(machine);
  target->Options.FunctionSections = true;
  target->Options.DataSections = true;
}
