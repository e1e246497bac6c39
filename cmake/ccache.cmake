# Uses ccache when it is there. Sloppiness lets it serve files that use a precompiled header; a base directory and no hashed
# working directory let one clone profit from another's cache.
if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(TBX_CCACHE ccache)
  if(TBX_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=true ${TBX_CCACHE})
  endif()
endif()
