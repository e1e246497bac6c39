# How our own code is compiled, and how a folder becomes a library.
add_library(tbx_options INTERFACE)
target_include_directories(tbx_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(tbx_options INTERFACE -Wall -Wextra -Wconversion $<$<BOOL:${TBX_WERROR}>:-Werror>)
if(TBX_SANITIZE)
  target_compile_options(tbx_options INTERFACE -fsanitize=${TBX_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(tbx_options INTERFACE -fsanitize=${TBX_SANITIZE})
  # GCC sees uninitialized values in libstdc++'s own regex where its instrumentation stands (GCC bug 105562). The release
  # and clang builds keep every warning an error.
  target_compile_options(tbx_options INTERFACE -Wno-error)
endif()
if(TBX_PRECOMPILE)
  # What ccache needs, so that a file which uses a precompiled header can be served from the cache.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(tbx_options INTERFACE -fpch-preprocess)
  elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_compile_options(tbx_options INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endif()

# tbx_precompile(TARGET HEADER ...): the headers that most files of the target include anyway.
function(tbx_precompile target)
  if(TBX_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

# tbx_library(NAME FOLDER [EXCEPT FILE]): library tbx_NAME of all sources of FOLDER. A folder without sources gives an interface
# library. Sets tbx_NAME_scope to PUBLIC or INTERFACE, for target_link_libraries.
function(tbx_library name folder)
  cmake_parse_arguments(arg "" "" "EXCEPT" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${folder}/*.cpp")
  foreach(file IN LISTS arg_EXCEPT)
    list(REMOVE_ITEM sources "${CMAKE_SOURCE_DIR}/${file}")
  endforeach()
  if(sources)
    add_library(tbx_${name} STATIC ${sources})
    target_link_libraries(tbx_${name} PRIVATE tbx_options)
    set_target_properties(tbx_${name} PROPERTIES UNITY_BUILD ${TBX_UNITY} UNITY_BUILD_BATCH_SIZE 8)
    if(TBX_PRECOMPILE AND TARGET tbx_headers)
      target_precompile_headers(tbx_${name} REUSE_FROM tbx_headers)
    endif()
    set(tbx_${name}_scope PUBLIC PARENT_SCOPE)
  else()
    add_library(tbx_${name} INTERFACE)
    set(tbx_${name}_scope INTERFACE PARENT_SCOPE)
  endif()
endfunction()

# One precompiled header for all libraries: compiled once, used by each of them. It holds the project's own
# headers that most files read, too; what a file may include is checked without it (tests, lint).
if(TBX_PRECOMPILE)
  add_library(tbx_headers OBJECT "${CMAKE_SOURCE_DIR}/cmake/headers.cpp")
  target_link_libraries(tbx_headers PRIVATE tbx_options tbx_libraries)
  tbx_precompile(tbx_headers <fmt/format.h> <nlohmann/json.hpp> <tl/expected.hpp> <algorithm> <functional> <map>
                 <optional> <set> <string> <variant> <vector> "${CMAKE_SOURCE_DIR}/engine/plan.h"
                 "${CMAKE_SOURCE_DIR}/engine/provider.h")
endif()
