# etcd_stubs: the C++ side of etcd's interface, generated from Debian's description of it.  Made once a build folder; its
# headers are heavy, so one source file includes them (node/etcd/etcd_store.cpp).
find_package(PkgConfig REQUIRED)
pkg_check_modules(GRPC REQUIRED IMPORTED_TARGET grpc++)
pkg_check_modules(PROTOBUF REQUIRED IMPORTED_TARGET protobuf)
find_program(PROTOC protoc REQUIRED)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

set(etcd_source /usr/share/gocode/src/go.etcd.io/etcd)
set(etcd_dir ${CMAKE_BINARY_DIR}/etcd)
set(etcd_sources "")
foreach(name mvcc/mvccpb/kv.pb auth/authpb/auth.pb etcdserver/etcdserverpb/rpc.pb etcdserver/etcdserverpb/rpc.grpc.pb)
  list(APPEND etcd_sources ${etcd_dir}/etcd/${name}.cc)
endforeach()
add_custom_command(
  OUTPUT ${etcd_sources}
  COMMAND ${PROJECT_SOURCE_DIR}/tools/etcd_protos ${etcd_source} ${etcd_dir}
  COMMAND ${PROTOC} -I ${etcd_dir} --cpp_out=${etcd_dir} --grpc_out=${etcd_dir}
          --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN} etcd/mvcc/mvccpb/kv.proto etcd/auth/authpb/auth.proto
          etcd/etcdserver/etcdserverpb/rpc.proto
  DEPENDS ${PROJECT_SOURCE_DIR}/tools/etcd_protos
  COMMENT "Generating etcd's stubs" VERBATIM)
add_library(etcd_stubs STATIC ${etcd_sources})
target_compile_options(etcd_stubs PRIVATE -w -O1)  # not our code
target_include_directories(etcd_stubs SYSTEM PUBLIC ${etcd_dir})
target_link_libraries(etcd_stubs PUBLIC PkgConfig::GRPC PkgConfig::PROTOBUF)
