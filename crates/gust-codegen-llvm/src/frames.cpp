// Stack maps: which words of a frame, and which registers that its caller has to preserve, may hold a pointer that is still
// needed, at every call. `gust_abi::stackmap` describes the form.
//
// Variables that have an address are needed between the markers of their lifetimes, which a first pass reads before they are
// used up; those without markers from where they are first named. The spill slots that are read after a call are found before frames are laid
// out, as long as instructions name slots; the registers at the very end, since late passes still rename them. A call
// carries the number of its set of slots from one pass to the next as its CFI type, which nothing else uses here.

#include "frames.h"

#include <llvm/ADT/BitVector.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/PostOrderIterator.h>
#include <llvm/CodeGen/MachineFrameInfo.h>
#include <llvm/CodeGen/MachineFunctionPass.h>
#include <llvm/CodeGen/MachineInstr.h>
#include <llvm/CodeGen/MachineMemOperand.h>
#include <llvm/CodeGen/MachineRegisterInfo.h>
#include <llvm/CodeGen/TargetFrameLowering.h>
#include <llvm/CodeGen/TargetInstrInfo.h>
#include <llvm/CodeGen/TargetRegisterInfo.h>
#include <llvm/CodeGen/TargetSubtargetInfo.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Metadata.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/LEB128.h>
#include <llvm/Support/raw_ostream.h>

using namespace llvm;

namespace gust {

// What is known of a function before its frame is laid out.
struct Slots {
  // Variables of which is known where they are in use.
  BitVector marked;
  // By number of the call: the spill slots that may be read after it, and variables in use.
  std::vector<BitVector> live;
  // Those that may be read where the function goes on after a recovered panic, which may be after any call.
  BitVector always;
};

// What is known of its variables with addresses.
struct Variables {
  // Those that are followed.
  BitVector marked;
  // By number of the call: those of them that are in use.
  std::vector<BitVector> live;
  // Operands of instructions that name them.
  std::vector<std::pair<MachineInstr *, unsigned>> named;
};

struct Shared {
  DenseMap<const MachineFunction *, Variables> variables;
  DenseMap<const MachineFunction *, Slots> functions;
};

std::shared_ptr<Shared> make_shared_state() { return std::make_shared<Shared>(); }

namespace {

// The function that saves the machine's state for a later return by a recovered panic.
constexpr StringLiteral SET_RECOVER = "runtime.setrecover";
// Sections that the linker joins in the order of the code.
constexpr StringLiteral SECTION = "gust_stackmaps";
// What the code says that variables are handed to as a function begins.
constexpr StringLiteral FRAME_SLOT = "# frame";
// Frames of more words are scanned whole.
constexpr int64_t MAX_WORDS = 4096;

bool is_site(const MachineInstr &instr) { return instr.isCall() && !instr.isReturn(); }

bool is_set_recover(const MachineInstr &instr) {
  for (const MachineOperand &operand : instr.operands())
    if (operand.isGlobal() && operand.getGlobal()->getName() == SET_RECOVER)
      return true;
  return false;
}

// Backward data flow over a function's blocks: the state at the end of each block.
template <typename State, typename Transfer>
std::vector<State> solve(MachineFunction &function, const State &none, Transfer transfer) {
  std::vector<State> at_begin(function.getNumBlockIDs(), none);
  std::vector<State> at_end(function.getNumBlockIDs(), none);
  std::vector<MachineBasicBlock *> order(post_order(&function).begin(), post_order(&function).end());
  for (bool changed = true; changed;) {
    changed = false;
    for (MachineBasicBlock *block : order) {
      State state = none;
      for (MachineBasicBlock *next : block->successors())
        state |= at_begin[next->getNumber()];
      at_end[block->getNumber()] = state;
      for (MachineInstr &instr : reverse(*block))
        transfer(instr, state);
      if (state != at_begin[block->getNumber()]) {
        at_begin[block->getNumber()] = state;
        changed = true;
      }
    }
  }
  return at_end;
}

// Finds the variables that are in use at each call. To run before variables that are never in use together share memory.
class FindVariables : public MachineFunctionPass {
public:
  static char ID;
  explicit FindVariables(std::shared_ptr<Shared> shared) : MachineFunctionPass(ID), shared(std::move(shared)) {}

  StringRef getPassName() const override { return "Variables in use at calls"; }

  void getAnalysisUsage(AnalysisUsage &usage) const override {
    usage.setPreservesAll();
    MachineFunctionPass::getAnalysisUsage(usage);
  }

  bool runOnMachineFunction(MachineFunction &function) override {
    Variables variables;
    const int count = function.getFrameInfo().getObjectIndexEnd();
    if (count <= 0)
      return false;
    variables.marked.resize(count, true);
    scoped.clear();
    scoped.resize(count);
    for (const MachineBasicBlock &block : function)
      for (const MachineInstr &instr : block)
        if (instr.getOpcode() == TargetOpcode::LIFETIME_START && slot(instr) >= 0)
          scoped.set(slot(instr));
    variables.named.resize(count);
    std::vector<BitVector> at_end(function.getNumBlockIDs(), BitVector(count));
    ReversePostOrderTraversal<MachineFunction *> order(&function);
    for (bool changed = true; changed;) {
      changed = false;
      for (MachineBasicBlock *block : order) {
        BitVector live = begin(*block, at_end, count);
        for (const MachineInstr &instr : *block)
          step(instr, live);
        if (live != at_end[block->getNumber()]) {
          at_end[block->getNumber()] = std::move(live);
          changed = true;
        }
      }
    }
    for (MachineBasicBlock &block : function) {
      BitVector live = begin(block, at_end, count);
      for (MachineInstr &instr : block) {
        step(instr, live);
        if (!is_marker(instr))
          for (unsigned i = 0; i < instr.getNumOperands(); i++)
            if (const MachineOperand &operand = instr.getOperand(i); operand.isFI() && operand.getIndex() >= 0)
              variables.named[operand.getIndex()] = {&instr, i};
        if (is_site(instr)) {
          variables.live.push_back(live);
          instr.setCFIType(function, variables.live.size());
        }
      }
    }
    shared->variables[&function] = std::move(variables);
    return false;
  }

private:
  std::shared_ptr<Shared> shared;

  // Variables with markers.
  BitVector scoped;

  // The frame object of a marker, -1 if it is not one of this function's variables.
  static int slot(const MachineInstr &instr) {
    const MachineOperand &operand = instr.getOperand(0);
    return operand.isFI() ? operand.getIndex() : -1;
  }

  static BitVector begin(const MachineBasicBlock &block, const std::vector<BitVector> &at_end, int count) {
    BitVector live(count);
    for (const MachineBasicBlock *before : block.predecessors())
      live |= at_end[before->getNumber()];
    return live;
  }

  static bool is_marker(const MachineInstr &instr) {
    return instr.getOpcode() == TargetOpcode::LIFETIME_START || instr.getOpcode() == TargetOpcode::LIFETIME_END;
  }

  // Whether it is the code that a function with a way on after a panic hands its variables to as it begins: this is not
  // where they come into use.
  static bool is_hand_over(const MachineInstr &instr) {
    return instr.isInlineAsm() && StringRef(instr.getOperand(0).getSymbolName()) == FRAME_SLOT;
  }

  // Whether an instruction gives nothing but the address for that.
  static bool is_for_hand_over(const MachineInstr &instr) {
    if (is_hand_over(instr))
      return true;
    if (instr.mayLoadOrStore() || instr.getNumExplicitDefs() != 1 || !instr.getOperand(0).getReg().isVirtual())
      return false;
    const MachineRegisterInfo &registers = instr.getMF()->getRegInfo();
    for (const MachineInstr &user : registers.use_nodbg_instructions(instr.getOperand(0).getReg()))
      if (!is_hand_over(user))
        return false;
    return true;
  }

  void step(const MachineInstr &instr, BitVector &live) const {
    if (instr.isDebugInstr())
      return;
    if (!is_marker(instr)) {
      // A variable without markers is in use from where it is first named.
      for (const MachineOperand &operand : instr.operands())
        if (operand.isFI() && operand.getIndex() >= 0 && !scoped.test(operand.getIndex()) &&
            !live.test(operand.getIndex()) && !is_for_hand_over(instr))
          live.set(operand.getIndex());
      return;
    }
    const int at = slot(instr);
    if (at < 0)
      return;
    if (instr.getOpcode() == TargetOpcode::LIFETIME_START)
      live.set(at);
    else
      live.reset(at);
  }
};

char FindVariables::ID = 0;

// Follows variables to the memory that they share. To run right after they do.
class FollowVariables : public MachineFunctionPass {
public:
  static char ID;
  explicit FollowVariables(std::shared_ptr<Shared> shared) : MachineFunctionPass(ID), shared(std::move(shared)) {}

  StringRef getPassName() const override { return "Memory of variables"; }

  void getAnalysisUsage(AnalysisUsage &usage) const override {
    usage.setPreservesAll();
    MachineFunctionPass::getAnalysisUsage(usage);
  }

  bool runOnMachineFunction(MachineFunction &function) override {
    const auto found = shared->variables.find(&function);
    if (found == shared->variables.end())
      return false;
    Variables &variables = found->second;
    const BitVector before = std::move(variables.marked);
    variables.marked = BitVector(before.size());
    // One that nothing names but its markers holds nothing.
    std::vector<int> place(before.size(), -1);
    for (unsigned i : before.set_bits())
      if (const auto [instr, operand] = variables.named[i]; instr) {
        place[i] = instr->getOperand(operand).getIndex();
        variables.marked.set(place[i]);
      }
    for (BitVector &live : variables.live) {
      BitVector now(before.size());
      for (unsigned i : live.set_bits())
        if (place[i] >= 0)
          now.set(place[i]);
      live = std::move(now);
    }
    variables.named.clear();
    return false;
  }

private:
  std::shared_ptr<Shared> shared;
};

char FollowVariables::ID = 0;

// Finds the spill slots that are read after each call. To run before frames are laid out.
class FindSlots : public MachineFunctionPass {
public:
  static char ID;
  explicit FindSlots(std::shared_ptr<Shared> shared) : MachineFunctionPass(ID), shared(std::move(shared)) {}

  StringRef getPassName() const override { return "Spill slots live across calls"; }

  void getAnalysisUsage(AnalysisUsage &usage) const override {
    usage.setPreservesAll();
    MachineFunctionPass::getAnalysisUsage(usage);
  }

  bool runOnMachineFunction(MachineFunction &function) override {
    const MachineFrameInfo &frame = function.getFrameInfo();
    const int count = frame.getObjectIndexEnd();
    BitVector tracked(count);
    for (int i = 0; i < count; i++)
      if (frame.isSpillSlotObjectIndex(i) && !frame.isDeadObjectIndex(i))
        tracked.set(i);
    const TargetInstrInfo &instrs = *function.getSubtarget().getInstrInfo();
    auto transfer = [&](const MachineInstr &instr, BitVector &live) {
      if (instr.isDebugInstr())
        return;
      int slot = 0;
      if (instrs.isStoreToStackSlot(instr, slot) && slot >= 0 && slot < count) {
        if (instr.hasOneMemOperand()) {
          const LocationSize size = (*instr.memoperands_begin())->getSize();
          if (size.hasValue() && !size.isScalable() &&
              int64_t(size.getValue().getFixedValue()) == frame.getObjectSize(slot))
            live.reset(slot);
        }
        return;
      }
      for (const MachineOperand &operand : instr.operands())
        if (operand.isFI() && operand.getIndex() >= 0 && tracked.test(operand.getIndex()))
          live.set(operand.getIndex());
    };
    const std::vector<BitVector> ends = solve(function, BitVector(count), transfer);
    Slots slots;
    slots.always.resize(count);
    Variables variables;
    if (const auto found = shared->variables.find(&function); found != shared->variables.end()) {
      variables = std::move(found->second);
      shared->variables.erase(found);
    }
    slots.marked = variables.marked;
    slots.marked.resize(count);
    bool recovers = false;
    for (MachineBasicBlock &block : function) {
      BitVector live = ends[block.getNumber()];
      for (MachineInstr &instr : reverse(block)) {
        if (is_site(instr)) {
          if (is_set_recover(instr)) {
            slots.always |= live;
            recovers = true;
          }
          slots.live.push_back(live);
          const uint32_t known = instr.getCFIType();
          if (known == 0 || known > variables.live.size())
            slots.live.back() |= slots.marked;
          else
            slots.live.back() |= variables.live[known - 1];
          instr.setCFIType(function, slots.live.size());
        }
        transfer(instr, live);
      }
    }
    if (!slots.live.empty() && recovers == function.exposesReturnsTwice())
      shared->functions[&function] = std::move(slots);
    return false;
  }

private:
  std::shared_ptr<Shared> shared;
};

char FindSlots::ID = 0;

// Writes the maps. The last pass before the code is emitted.
class WriteMaps : public MachineFunctionPass {
public:
  static char ID;
  explicit WriteMaps(std::shared_ptr<Shared> shared) : MachineFunctionPass(ID), shared(std::move(shared)) {}

  StringRef getPassName() const override { return "Stack maps"; }

  void getAnalysisUsage(AnalysisUsage &usage) const override {
    usage.setPreservesAll();
    MachineFunctionPass::getAnalysisUsage(usage);
  }

  bool runOnMachineFunction(MachineFunction &function) override {
    const auto found = shared->functions.find(&function);
    if (found == shared->functions.end())
      return false;
    const Slots slots = std::move(found->second);
    shared->functions.erase(found);
    const TargetRegisterInfo &registers = *function.getSubtarget().getRegisterInfo();
    const TargetFrameLowering &lowering = *function.getSubtarget().getFrameLowering();
    const MachineFrameInfo &frame = function.getFrameInfo();
    if (!lowering.hasFP(function) || registers.hasStackRealignment(function) || frame.hasVarSizedObjects())
      return false;
    find_registers(function, registers);

    // Words below the frame pointer, counted from 1.
    auto words_of = [&](int object, int64_t &from, int64_t &to) {
      Register base;
      const int64_t at = lowering.getFrameIndexReference(function, object, base).getFixed();
      if (base != registers.getFrameRegister(function) || at >= 0)
        return false;
      const int64_t end = at + frame.getObjectSize(object);
      // The word k is at -8k: from the one that holds the last byte to the one that holds the first.
      from = end >= 0 ? 1 : (-end) / 8 + 1;
      to = (-at + 7) / 8;
      return true;
    };

    // What is saved of the caller's registers.
    uint8_t saved = 0;
    int64_t saved_at[5] = {};
    BitVector is_saved_register(frame.getNumFixedObjects() + frame.getObjectIndexEnd() + 1);
    auto number = [&](int object) { return unsigned(object + int(frame.getNumFixedObjects())); };
    for (const CalleeSavedInfo &info : frame.getCalleeSavedInfo()) {
      const int which = index[info.getReg()];
      int64_t from = 0, to = 0;
      if (info.isSpilledToReg() || which < 0 || !words_of(info.getFrameIdx(), from, to) || from != to)
        return false;
      saved |= 1 << which;
      saved_at[which] = from;
      is_saved_register.set(number(info.getFrameIdx()));
    }

    struct Object {
      int slot;
      int64_t from, to;
      // Whether it is known where it is in use.
      bool known;
    };
    std::vector<Object> objects;
    int64_t words = 0;
    for (int which = 0; which < 5; which++)
      words = std::max(words, saved_at[which]);
    for (int i = frame.getObjectIndexBegin(); i < frame.getObjectIndexEnd(); i++) {
      if (frame.isDeadObjectIndex(i) || is_saved_register.test(number(i)) || frame.getObjectSize(i) == 0)
        continue;
      if (Register base; i < 0 && lowering.getFrameIndexReference(function, i, base).getFixed() >= 0)
        continue; // the saved frame pointer, or an argument in the caller's frame
      const bool spill = i >= 0 && frame.isSpillSlotObjectIndex(i);
      if (spill && frame.getObjectSize(i) < 8)
        continue; // holds no pointer
      const bool known = spill || (i >= 0 && i < int(slots.marked.size()) && slots.marked.test(i));
      Object object = {i, 0, 0, known};
      if (!words_of(i, object.from, object.to))
        return false;
      words = std::max(words, object.to);
      objects.push_back(object);
    }
    if (words > MAX_WORDS)
      return false;

    auto transfer = [&](const MachineInstr &instr, uint8_t &live) { step(instr, live); };
    const std::vector<uint8_t> ends = solve(function, uint8_t(0), transfer);
    LLVMContext &context = function.getFunction().getContext();
    MDNode *mark = MDNode::get(context, {MDString::get(context, SECTION)});
    std::vector<MachineInstr *> sites;
    DenseMap<const MachineInstr *, uint8_t> live_registers;
    for (MachineBasicBlock &block : function) {
      uint8_t live = ends[block.getNumber()];
      for (MachineInstr &instr : reverse(block)) {
        if (is_site(instr))
          live_registers[&instr] = live & saved;
        step(instr, live);
      }
      for (MachineInstr &instr : block)
        if (is_site(instr) && instr.getCFIType() != 0 && instr.getCFIType() <= slots.live.size())
          sites.push_back(&instr);
    }
    if (sites.empty())
      return false;

    std::string bytes;
    raw_string_ostream out(bytes);
    encodeULEB128(sites.size(), out);
    out << char(saved);
    for (int which = 0; which < 5; which++)
      if (saved & 1 << which)
        encodeULEB128(saved_at[which], out);
    std::vector<uint8_t> needed;
    for (MachineInstr *site : sites) {
      const BitVector &live = slots.live[site->getCFIType() - 1];
      needed.assign(words + 2, 0);
      for (const Object &object : objects)
        if (!object.known || live.test(object.slot) || slots.always.test(object.slot))
          std::fill(needed.begin() + object.from, needed.begin() + object.to + 1, 1);
      write_site(live_registers[site], needed, words, out);
      site->setCFIType(function, 0);
      site->setPCSections(function, mark);
    }
    out.flush();
    Constant *data = ConstantDataArray::get(context, ArrayRef<uint8_t>((const uint8_t *)bytes.data(), bytes.size()));
    MDNode *aux = MDNode::get(context, {ConstantAsMetadata::get(data)});
    function.getFunction().setMetadata(LLVMContext::MD_pcsections,
                                       MDNode::get(context, {MDString::get(context, SECTION), aux}));
    return false;
  }

private:
  std::shared_ptr<Shared> shared;
  // By register: which of the five it is part of, or -1, and whether writing it leaves nothing of the old value.
  std::vector<int8_t> index;
  std::vector<bool> whole;
  MCRegister five[5];

  void find_registers(const MachineFunction &function, const TargetRegisterInfo &registers) {
    if (!index.empty())
      return;
    static const StringLiteral NAMES[5] = {"RBX", "R12", "R13", "R14", "R15"};
    index.assign(registers.getNumRegs(), -1);
    whole.assign(registers.getNumRegs(), false);
    for (unsigned r = 1; r < registers.getNumRegs(); r++)
      for (int which = 0; which < 5; which++)
        if (NAMES[which] == registers.getName(r))
          five[which] = r;
    for (int which = 0; which < 5; which++)
      for (MCSubRegIterator part(five[which], &registers, true); part.isValid(); ++part) {
        index[*part] = which;
        whole[*part] = registers.getRegSizeInBits(*part, function.getRegInfo()) >= 32;
      }
  }

  void step(const MachineInstr &instr, uint8_t &live) const {
    if (instr.isDebugInstr())
      return;
    uint8_t read = 0;
    for (const MachineOperand &operand : instr.operands()) {
      if (operand.isRegMask()) {
        for (int which = 0; which < 5; which++)
          if (operand.clobbersPhysReg(five[which]))
            live &= ~(1 << which);
        continue;
      }
      if (!operand.isReg() || !operand.getReg().isPhysical())
        continue;
      const unsigned r = operand.getReg();
      if (index[r] < 0)
        continue;
      if (operand.isDef()) {
        if (whole[r])
          live &= ~(1 << index[r]);
      } else if (!operand.isUndef()) {
        read |= 1 << index[r];
      }
    }
    live |= read;
  }

  static void write_site(uint8_t live, const std::vector<uint8_t> &needed, int64_t words, raw_ostream &out) {
    std::vector<std::pair<int64_t, int64_t>> dead;
    for (int64_t k = 1; k <= words; k++) {
      if (needed[k])
        continue;
      if (!dead.empty() && dead.back().second == k)
        dead.back().second = k + 1;
      else
        dead.push_back({k, k + 1});
    }
    out << char(live);
    encodeULEB128(dead.size(), out);
    int64_t at = 1;
    for (auto [from, to] : dead) {
      encodeULEB128(from - at, out);
      encodeULEB128(to - from, out);
      at = to;
    }
  }
};

char WriteMaps::ID = 0;

} // namespace

Pass *find_variables(std::shared_ptr<Shared> shared) { return new FindVariables(std::move(shared)); }
Pass *follow_variables(std::shared_ptr<Shared> shared) { return new FollowVariables(std::move(shared)); }
Pass *find_slots(std::shared_ptr<Shared> shared) { return new FindSlots(std::move(shared)); }
Pass *write_maps(std::shared_ptr<Shared> shared) { return new WriteMaps(std::move(shared)); }

} // namespace gust
