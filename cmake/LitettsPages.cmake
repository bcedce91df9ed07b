# litetts_embed_pages(TARGET)
#   Gives TARGET's pages.cc its pages.inc: the files of web/, built by Vite and compressed, or an empty
#   list where LITETTS_WEB is off or Node is missing. The build happens in a copy, so that nothing is
#   written among the sources.
function(litetts_embed_pages target)
  set(folder ${CMAKE_BINARY_DIR}/web)
  set(include ${folder}/pages.inc)
  target_include_directories(${target} PRIVATE ${folder})
  find_program(LITETTS_NODE node)
  find_program(LITETTS_NPM npm)
  if(LITETTS_WEB AND NOT (LITETTS_NODE AND LITETTS_NPM))
    message(WARNING "Node or npm is not installed: this litetts will have no studio and no dashboard")
  endif()
  if(NOT LITETTS_WEB OR NOT LITETTS_NODE OR NOT LITETTS_NPM)
    file(CONFIGURE OUTPUT ${include} CONTENT "constexpr std::array<PageFile, 0> kPageFiles{};\n" @ONLY)
    return()
  endif()

  set(source ${CMAKE_SOURCE_DIR}/web)
  set(top index.html dashboard.html vite.config.ts tsconfig.json)
  list(TRANSFORM top PREPEND ${source}/)
  set(install "'${LITETTS_NPM}' ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error")
  set(hint "npm cannot install the packages of web/. -DLITETTS_WEB=OFF builds without the pages.")
  add_custom_command(
    OUTPUT ${folder}/installed
    COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
    COMMAND ${CMAKE_COMMAND} -E copy ${source}/package.json ${source}/package-lock.json ${folder}
    COMMAND sh -c "${install} || { echo '${hint}'; exit 1; }"
    COMMAND ${CMAKE_COMMAND} -E touch installed
    DEPENDS ${source}/package.json ${source}/package-lock.json
    WORKING_DIRECTORY ${folder} COMMENT "Installing what builds the pages" VERBATIM)
  add_custom_command(
    OUTPUT ${include}
    COMMAND ${CMAKE_COMMAND} -E rm -rf src dist
    COMMAND ${CMAKE_COMMAND} -E copy ${top} ${folder}
    COMMAND ${CMAKE_COMMAND} -E copy_directory ${source}/src src
    COMMAND ${LITETTS_NODE} node_modules/vite/bin/vite.js build --logLevel warn
    COMMAND ${LITETTS_NODE} ${source}/tools/embed.mjs dist ${include} ${source}/src pages.d
    DEPENDS ${folder}/installed ${top} ${source}/tools/embed.mjs
    DEPFILE ${folder}/pages.d
    WORKING_DIRECTORY ${folder} COMMENT "Building the pages" VERBATIM)
  set_source_files_properties(pages.cc PROPERTIES OBJECT_DEPENDS ${include})
endfunction()
