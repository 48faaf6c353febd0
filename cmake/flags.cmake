# What every translation unit of the project is compiled with.  -ffp-contract=off is part of the determinism
# contract: both compilers fuse multiply and add by default, and round differently when they do.  -fno-math-errno makes
# __builtin_sqrt the machine's instruction and nothing else, so that core/ needs no libm.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

file(RELATIVE_PATH relative_source_dir ${CMAKE_BINARY_DIR} ${PROJECT_SOURCE_DIR})
add_compile_options(
  -ffp-contract=off -fno-math-errno
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
  -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=  # __FILE__ is the path inside the repository ...
  -fmacro-prefix-map=${relative_source_dir}/=)  # ... also when ccache has made it relative
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  add_compile_options(-march=x86-64-v2)  # every x86 server since 2009; wider kernels are chosen at run time
endif()
include_directories(${PROJECT_SOURCE_DIR})

set(LOCKSTEP_SANITIZE "" CACHE STRING "sanitizers, comma separated")
if(LOCKSTEP_SANITIZE)
  add_compile_options(-fsanitize=${LOCKSTEP_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${LOCKSTEP_SANITIZE})
endif()
if(LOCKSTEP_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Optional speed: a compiler cache shared by all build folders and clones, and a faster linker.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
