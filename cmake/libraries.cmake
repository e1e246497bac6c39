# Finds the libraries that the product needs, and gathers them in tbx_libraries (all as system headers).
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tl-expected REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS filesystem OPTIONAL_COMPONENTS process)
find_package(ZLIB REQUIRED)

# The static archive where there is one: each shared library costs start-up time. Its CMake package knows only the shared one.
function(tbx_find_archive target header)
  find_path(${target}_INCLUDE ${header} REQUIRED)
  find_library(${target}_LIBRARY NAMES ${ARGN} REQUIRED)
  add_library(tbx_${target} INTERFACE)
  target_include_directories(tbx_${target} SYSTEM INTERFACE "${${target}_INCLUDE}")
  target_link_libraries(tbx_${target} INTERFACE "${${target}_LIBRARY}")
endfunction()
tbx_find_archive(yaml_cpp yaml-cpp/yaml.h libyaml-cpp.a yaml-cpp)
tbx_find_archive(sodium sodium.h libsodium.a sodium libsodium)

# Debian's package of valijson depends on 600 MB; scripts/install_packages.sh unpacks its headers here instead.
find_path(VALIJSON_INCLUDE valijson/validator.hpp
          HINTS "${CMAKE_SOURCE_DIR}/build/dependencies/valijson/usr/include")
if(NOT VALIJSON_INCLUDE)
  message(FATAL_ERROR "The headers of valijson are missing: run scripts/install_packages.sh, or set VALIJSON_INCLUDE")
endif()

add_library(tbx_libraries INTERFACE)
target_include_directories(tbx_libraries SYSTEM INTERFACE "${VALIJSON_INCLUDE}")
target_link_libraries(tbx_libraries INTERFACE fmt::fmt nlohmann_json::nlohmann_json tl::expected Boost::headers
                                              tbx_yaml_cpp tbx_sodium Threads::Threads)
