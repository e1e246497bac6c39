# Builds the schemas, the catalogue, the examples and the scripts for PowerShell into the binary, see specs/embedded.h.
function(tbx_embed target)
  set(files)
  foreach(pattern schemas/*.schema.json specs/catalogue/*.yaml examples/*/cluster.yaml
          providers/hyperv/scripts/*.ps1)
    file(GLOB found CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${pattern}")
    list(APPEND files ${found})
  endforeach()
  set(output "${CMAKE_BINARY_DIR}/generated/embedded_files.cpp")
  set(script "${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake")
  # The list is an input too: a removed file must lead to another output.
  set(list_file "${CMAKE_BINARY_DIR}/generated/embedded_files.txt")
  list(JOIN files "\n" list_text)
  file(CONFIGURE OUTPUT "${list_file}" CONTENT "${list_text}\n" @ONLY)
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${output}" "-DROOT=${CMAKE_SOURCE_DIR}" "-DLIST_FILE=${list_file}" -P "${script}"
    DEPENDS "${script}" "${list_file}" ${files}
    COMMENT "Embedding schemas, catalogue, examples and scripts"
    VERBATIM)
  if(NOT tbx_specs_scope STREQUAL "PUBLIC")
    return()
  endif()
  target_sources(${target} PRIVATE "${output}")
  add_custom_target(tbx_embedded DEPENDS "${output}")
  set_source_files_properties("${output}" PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  set_source_files_properties("${CMAKE_SOURCE_DIR}/specs/version.cpp" PROPERTIES
    SKIP_PRECOMPILE_HEADERS ON COMPILE_DEFINITIONS "TBX_VERSION=\"${PROJECT_VERSION}\"")
endfunction()
