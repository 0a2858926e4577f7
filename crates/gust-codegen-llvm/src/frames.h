// Passes for stack maps, and the pass that keeps objects from being known by addresses outside of them only.

#pragma once

#include <llvm/Pass.h>
#include <memory>

namespace gust {

// What the passes of one module share.
struct Shared;

std::shared_ptr<Shared> make_shared_state();

// Before variables share memory.
llvm::Pass *find_variables(std::shared_ptr<Shared> shared);

// Right after.
llvm::Pass *follow_variables(std::shared_ptr<Shared> shared);

// Before frames are laid out.
llvm::Pass *find_slots(std::shared_ptr<Shared> shared);

// After everything else.
llvm::Pass *write_maps(std::shared_ptr<Shared> shared);

// On the IR, before instruction selection.
llvm::Pass *keep_bases();

} // namespace gust
