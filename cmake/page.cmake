# The page and the rendered API reference, made by npm and put into the executable.  One folder for all presets, because
# they all have the same page.  Without npm there is none, and the service says so where it would be.
find_program(NPM npm)
if(NOT TARGET node_service)
  return()
endif()
set(page_folder ${PROJECT_SOURCE_DIR}/build/page)
set(no_page ${CMAKE_BINARY_DIR}/embedded_files.cpp)
if(NOT NPM OR LOCKSTEP_FUZZ)
  file(WRITE ${no_page} "#include \"node/service/files.h\"\n\nnamespace lockstep::service {\n"
       "std::span<const EmbeddedFile> embedded_files() { return {}; }\n}\n")
  target_sources(node_service PRIVATE ${no_page})
  return()
endif()

file(GLOB_RECURSE page_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/web/src/* ${PROJECT_SOURCE_DIR}/web/public/*
     ${PROJECT_SOURCE_DIR}/web/*.json ${PROJECT_SOURCE_DIR}/web/*.ts ${PROJECT_SOURCE_DIR}/web/*.html
     ${PROJECT_SOURCE_DIR}/web/tools/*)
list(FILTER page_sources EXCLUDE REGEX "/web/(node_modules|dist)/|/schema\\.d\\.ts$")
add_custom_command(
  OUTPUT ${page_folder}/embedded_files.cpp
  COMMAND ${PROJECT_SOURCE_DIR}/tools/build_page ${page_folder}
  DEPENDS ${page_sources} ${PROJECT_SOURCE_DIR}/tools/npm_install ${PROJECT_SOURCE_DIR}/docs/api/openapi.yaml ${PROJECT_SOURCE_DIR}/docs/methodology.md
          ${PROJECT_SOURCE_DIR}/tests/api/render.mjs ${PROJECT_SOURCE_DIR}/tests/api/package-lock.json
          ${PROJECT_SOURCE_DIR}/tools/embed_files.mjs ${PROJECT_SOURCE_DIR}/tools/build_page
  COMMENT "Building the page"
  VERBATIM)
target_sources(node_service PRIVATE ${page_folder}/embedded_files.cpp)
