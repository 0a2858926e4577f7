// What LLVM's C interface leaves out.

#include "frames.h"

#include <llvm-c/TargetMachine.h>
#include <llvm/CodeGen/MachineModuleInfo.h>
#include <llvm/CodeGen/Passes.h>
#include <llvm/CodeGen/TargetPassConfig.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>

using namespace llvm;

// Gives each function and each global its own section, so that the linker can drop them one by one.
extern "C" void gust_target_sections(LLVMTargetMachineRef machine) {
  auto *target = reinterpret_cast<TargetMachine *>(machine);
  target->Options.FunctionSections = true;
  target->Options.DataSections = true;
}

// The object file of a module, with stack maps; null if the machine cannot make one. The pipeline is the one that
// `addPassesToEmitFile` makes, and five passes.
extern "C" LLVMMemoryBufferRef gust_emit_object(LLVMTargetMachineRef machine, LLVMModuleRef module_ref) {
  auto *target = static_cast<LLVMTargetMachine *>(reinterpret_cast<TargetMachine *>(machine));
  auto *module = unwrap(module_ref);
  module->setDataLayout(target->createDataLayout());
  SmallVector<char, 0> code;
  raw_svector_ostream out(code);
  legacy::PassManager passes;
  auto shared = gust::make_shared_state();
  auto *infos = new MachineModuleInfoWrapperPass(target);
  TargetPassConfig *config = target->createPassConfig(passes);
  config->setDisableVerify(true);
  config->insertPass(&OptimizePHIsID, gust::find_variables(shared));
  config->insertPass(&StackColoringID, gust::follow_variables(shared));
  config->insertPass(&ShrinkWrapID, gust::find_slots(shared));
  passes.add(config);
  passes.add(infos);
  passes.add(gust::keep_bases());
  if (config->addISelPasses())
    return nullptr;
  config->addMachinePasses();
  config->setInitialized();
  passes.add(gust::write_maps(shared));
  if (target->addAsmPrinter(passes, out, nullptr, CodeGenFileType::ObjectFile, infos->getMMI().getContext()))
    return nullptr;
  passes.add(createFreeMachineFunctionPass());
  passes.run(*module);
  return wrap(MemoryBuffer::getMemBufferCopy(StringRef(code.data(), code.size())).release());
}
