// Keeps the pointers that loops compute addresses from alive until the loops end.
//
// Strength reduction may leave a loop with an address beside the object alone: its end, say, to count up to zero from. The
// collector would not know the object by that while the loop's calls run.

#include "frames.h"

#include <llvm/ADT/SetVector.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>

using namespace llvm;

namespace gust {
namespace {

class KeepBases : public FunctionPass {
public:
  static char ID;
  KeepBases() : FunctionPass(ID) {}

  StringRef getPassName() const override { return "Keep bases of addresses in loops"; }

  void getAnalysisUsage(AnalysisUsage &usage) const override { usage.setPreservesCFG(); }

  bool runOnFunction(Function &function) override {
    DominatorTree tree(function);
    LoopInfo loops(tree);
    bool changed = false;
    for (Loop *loop : loops.getLoopsInPreorder())
      changed |= keep(*loop, tree);
    return changed;
  }

private:
  static bool calls(const Loop &loop) {
    for (const BasicBlock *block : loop.blocks())
      for (const Instruction &instr : *block)
        if (const auto *call = dyn_cast<CallBase>(&instr); call && !isa<IntrinsicInst>(call) && !call->isInlineAsm())
          return true;
    return false;
  }

  static bool keep(const Loop &loop, const DominatorTree &tree) {
    if (!calls(loop))
      return false;
    SmallSetVector<Value *, 8> bases;
    for (const BasicBlock *block : loop.blocks())
      for (const Instruction &instr : *block) {
        const auto *address = dyn_cast<GetElementPtrInst>(&instr);
        if (!address || !address->getType()->isPointerTy() || address->hasAllConstantIndices())
          continue;
        Value *base = const_cast<Value *>(getUnderlyingObject(address->getPointerOperand(), 0));
        const auto *def = dyn_cast<Instruction>(base);
        if (isa<Argument>(base) || (def && !isa<AllocaInst>(def) && !loop.contains(def)))
          bases.insert(base);
      }
    if (bases.empty())
      return false;
    SmallVector<BasicBlock *, 8> exits;
    loop.getUniqueExitBlocks(exits);
    bool changed = false;
    LLVMContext &context = loop.getHeader()->getContext();
    for (BasicBlock *exit : exits) {
      if (isa<UnreachableInst>(exit->getTerminator()))
        continue;
      const auto place = exit->getFirstInsertionPt();
      if (place == exit->end())
        continue;
      IRBuilder<> builder(exit, place);
      for (Value *base : bases) {
        if (const auto *def = dyn_cast<Instruction>(base); def && !tree.dominates(def, &*place))
          continue;
        auto *type = FunctionType::get(Type::getVoidTy(context), {base->getType()}, false);
        builder.CreateCall(type, InlineAsm::get(type, "", "r", true), {base});
        changed = true;
      }
    }
    return changed;
  }
};

char KeepBases::ID = 0;

} // namespace

Pass *keep_bases() { return new KeepBases(); }

} // namespace gust
