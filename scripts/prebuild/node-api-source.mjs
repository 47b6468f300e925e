// The C file that connects the addon to Node-API on Windows. There an imported function is bound to one DLL or program by name, but
// Node may be in node.exe, in a program of another name or in node.dll. So the addon imports nothing: it looks its functions up
// when it is loaded.

const HOSTS = ['node.dll', 'libnode.dll', 'nw.dll']

/** The text of the file for these functions. The code of the addon calls each through the pointer `__imp_<name>`. */
export const nodeApiSource = (functions) => `#include <windows.h>

#define FUNCTIONS(F) ${functions.map((name) => `\\\n  F(${name})`).join(' ')}

#define POINTER(name) void* __imp_##name;
FUNCTIONS(POINTER)

static const struct { const char* name; void** pointer; } functions[] = {
#define ENTRY(name) {#name, &__imp_##name},
  FUNCTIONS(ENTRY)
};

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, LPVOID reserved) {
  (void)self;
  (void)reserved;
  if (reason != DLL_PROCESS_ATTACH) return TRUE;
  // First the program itself, whatever its name.
  const HMODULE hosts[] = {GetModuleHandleW(NULL), ${HOSTS.map((name) => `GetModuleHandleW(L"${name}")`).join(', ')}};
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    for (size_t h = 0; h < sizeof hosts / sizeof *hosts && !*functions[i].pointer; h++) {
      if (hosts[h]) *functions[i].pointer = (void*)GetProcAddress(hosts[h], functions[i].name);
    }
    // Then the addon cannot be loaded, and the library says why it trains without it.
    if (!*functions[i].pointer) return FALSE;
  }
  return TRUE;
}
`
