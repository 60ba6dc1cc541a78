/* The function of Windows' bcryptprimitives.dll that libraries written in Rust call, which wine 8 lacks. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID target, ULONG size);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE target, SIZE_T size)
{
    return SystemFunction036(target, (ULONG)size);
}
