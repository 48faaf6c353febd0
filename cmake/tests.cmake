# Tests, fuzz targets and benchmarks, all found by suffix, so that adding one touches one file (house rule R54).
# Each test program writes what its cases did to <build>/results/<program>.xml, which tools/test_summary counts.
enable_testing()
set(fuzz_names "")

# A fuzz target is named after its file: x_fuzz.cpp gives x_fuzz, and tests/fuzz/corpus/x holds its corpus.  In the
# preset `fuzz` libFuzzer drives it; elsewhere a small main replays the corpus and seeded mutations of it as a test.
function(add_fuzz_targets folder libraries)
  glob_sources(sources ${folder} fuzz)
  foreach(source IN LISTS sources)
    get_filename_component(name ${source} NAME_WE)
    if(TARGET ${name} OR TARGET ${name}_replay)
      message(FATAL_ERROR "${source}: another fuzz target is called ${name}; choose another file name")
    endif()
    if(LOCKSTEP_FUZZ)
      add_executable(${name} ${source})
      target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    else()
      add_executable(${name}_replay ${source} tests/fuzz/replay_main.cpp)
      string(REGEX REPLACE "_fuzz$" "" corpus ${name})
      add_test(NAME ${name}_replay
               COMMAND ${name}_replay ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${corpus})
      set_tests_properties(${name}_replay PROPERTIES LABELS unit)
      set(name ${name}_replay)
    endif()
    target_link_libraries(${name} PRIVATE ${libraries})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  endforeach()
endfunction()

function(add_gtest name label libraries)  # then the sources
  find_package(GTest REQUIRED GLOBAL)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE ${libraries} GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE LOCKSTEP_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  if(LOCKSTEP_SANITIZE)
    target_compile_options(${name} PRIVATE -O0)  # compiles in half the time; what is tested is optimised
  endif()
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS ${label}
                       ENVIRONMENT GTEST_OUTPUT=xml:${CMAKE_BINARY_DIR}/results/${name}.xml)
endfunction()

function(add_benchmark name libraries)  # then the sources
  find_package(benchmark REQUIRED GLOBAL)
  add_executable(${name} EXCLUDE_FROM_ALL ${ARGN})
  target_link_libraries(${name} PRIVATE ${libraries} benchmark::benchmark_main)
  target_compile_definitions(${name} PRIVATE LOCKSTEP_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
  add_dependencies(bench ${name})
endfunction()

add_custom_target(bench)
foreach(module IN LISTS modules)
  string(REPLACE "/" "_" target ${module})
  if(NOT TARGET ${target})
    continue()
  endif()
  add_fuzz_targets(${module} ${target})
  glob_sources(tests ${module} test)
  if(tests AND NOT LOCKSTEP_FUZZ)
    add_gtest(${target}_test unit ${target} ${tests})
  endif()
  glob_sources(benchmarks ${module} bench)
  if(benchmarks AND NOT LOCKSTEP_FUZZ)
    add_benchmark(${target}_bench ${target} ${benchmarks})
  endif()
endforeach()
add_fuzz_targets(tests/fuzz "${module_targets}")
if(LOCKSTEP_FUZZ)
  return()
endif()

# tests/drill: the command line once more, as other builds than this one.
file(GLOB drills CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/tests/drill/*.cpp)
set(drill_targets "")
foreach(source IN LISTS drills)
  get_filename_component(name ${source} NAME_WE)
  add_executable(lockstep_${name} ${source})
  target_link_libraries(lockstep_${name} PRIVATE ${module_targets})
  list(APPEND drill_targets lockstep_${name})
endforeach()

# tests/<name>, unless it is a module: programs above the modules.  LOCKSTEP_BINARY is the executable they may start.
file(GLOB folders CONFIGURE_DEPENDS LIST_DIRECTORIES true RELATIVE ${PROJECT_SOURCE_DIR}/tests
     ${PROJECT_SOURCE_DIR}/tests/*)
foreach(folder IN LISTS folders)
  if("tests/${folder}" IN_LIST modules)
    continue()
  endif()
  glob_sources(sources tests/${folder} test)
  glob_sources(helpers tests/${folder} "")
  if(NOT sources)
    continue()
  endif()
  add_gtest(tests_${folder} ${folder} "${module_targets}" ${sources} ${helpers})
  if(TARGET lockstep AND NOT folder STREQUAL "scenarios")
    add_dependencies(tests_${folder} lockstep ${drill_targets})
    target_compile_definitions(tests_${folder} PRIVATE LOCKSTEP_BINARY="$<TARGET_FILE:lockstep>")
  endif()
  if(folder STREQUAL "e2e")  # whole clusters, with patience that other tests beside them would use up
    set_tests_properties(tests_e2e PROPERTIES PROCESSORS 2)
  endif()
endforeach()

# The tools have tests of their own, in Python.
file(GLOB scripts CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/tests/tools ${PROJECT_SOURCE_DIR}/tests/tools/*_test.py)
foreach(script IN LISTS scripts)
  get_filename_component(name ${script} NAME_WE)
  add_test(NAME tools_${name} COMMAND python3 -B ${PROJECT_SOURCE_DIR}/tests/tools/${script})
  set_tests_properties(tools_${name} PROPERTIES LABELS tools)
endforeach()

# tests/<name>/run and web/run_checks: programs of other languages, against the executable where they need it.
file(GLOB programs CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/tests/*/run
     ${PROJECT_SOURCE_DIR}/web/run_checks)
list(REMOVE_ITEM programs tests/determinism/run)
foreach(program IN LISTS programs)
  get_filename_component(folder ${program} DIRECTORY)
  string(REPLACE "/" "_" name ${folder})
  if(TARGET lockstep AND NPM)
    add_test(NAME ${name} COMMAND ${PROJECT_SOURCE_DIR}/${program})
    set_tests_properties(${name} PROPERTIES LABELS page PROCESSORS 2
                         ENVIRONMENT LOCKSTEP=$<TARGET_FILE:lockstep>)
  endif()
endforeach()

# The quick half of the determinism matrix; `./dev check` runs all of it.
if(EXISTS ${PROJECT_SOURCE_DIR}/tests/determinism/replay.cpp)
  add_test(NAME determinism_quick COMMAND ${PROJECT_SOURCE_DIR}/tests/determinism/run quick)
  set_tests_properties(determinism_quick PROPERTIES LABELS determinism PROCESSORS 2)
endif()
