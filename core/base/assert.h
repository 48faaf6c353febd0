// LS_ASSERT: on in every build.  A failed assertion is a bug in Lockstep (house rule R17), never a refusal
// and never a fault; the replica stops, because a replica that goes on after a broken invariant may disagree
// with the others.  LS_MAYBE documents that both outcomes of a condition are legal, where a reader might
// doubt it.
#pragma once

namespace lockstep {

// Prints one line to standard error and aborts.
[[noreturn]] void bug(const char* file, int line, const char* what);

}  // namespace lockstep

#define LS_ASSERT(condition) ((condition) ? (void)0 : ::lockstep::bug(__FILE__, __LINE__, #condition))
#define LS_MAYBE(condition) ((void)(condition))
