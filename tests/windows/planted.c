/* A program and a DLL that nobody should start: leaves a file that says it ran. */
#include <windows.h>

static void leave(void)
{
    CloseHandle(CreateFileA("C:\\planted.txt", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
}

BOOL WINAPI DllMain(HINSTANCE dll, DWORD reason, LPVOID reserved)
{
    leave();
    return TRUE;
}

int main(void)
{
    leave();
    return 0;
}
