/* Makes the calls that the add-in's VBA makes, for a program on the other end of two pipes.

   A command is a line of words, its answer a line too. Texts are UTF-16 in hexadecimal digits.

     load PATH            loads a DLL: 1 or 0
     activate COMMAND N   has the DLL start Python and connect to it: "ok", or why not
     call MODULE NAME V.. calls a function of that Python: its value, or "error" and why
     repeat N ...         a call N times: milliseconds for each
     read NAME            the registry, through the Windows scripting shell: a value or "error"
     expand TEXT          a text with %NAME% of the environment put in
     window PARENT AFTER KIND  the next window of a kind: a number, or 0
     owns WINDOW          whether a window is this program's: 1 or 0
     dialog N             opens a dialog of Excel's with N fields; 0 closes the last one
     end                  ends the Python that was started, as the Task Manager would
     crash                ends this program

   A value is a letter, a colon and what it holds: n a double, i a long, h a short, c currency,
   d a date, b a truth value, s a text, x an Excel error, e empty, m a missing argument,
   and a:rows,columns,lowest index:value;value;... an array (0 columns: of one dimension).

   declared.h holds what the add-in's Declare lines say: a type named Declared... for each function,
   and ACTIVATE, the name of the one in xlwings' DLL. */

#define COBJMACROS
#include <windows.h>
#include <oleauto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>
#include "declared.h"

#define LARGEST (1 << 26)

static DeclaredXLPyDLLActivateAuto activate;
static IDispatch *server;

static double seconds(void)
{
    LARGE_INTEGER now, rate;
    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&rate);
    return (double)now.QuadPart / rate.QuadPart;
}

static BSTR text_from(const char *digits)
{
    UINT length = strspn(digits, "0123456789abcdef") / 4;
    BSTR text = SysAllocStringLen(NULL, length);
    for (UINT i = 0; i < length; i++) {
        char unit[5] = {0};
        memcpy(unit, digits + 4 * i, 4);
        text[i] = (WCHAR)strtoul(unit, NULL, 16);
    }
    return text;
}

static void show_text(BSTR text)
{
    for (UINT i = 0; i < SysStringLen(text); i++)
        printf("%04x", text[i]);
}

static VARIANT value_from(const char *word);

static SAFEARRAY *array_from(const char *word)
{
    long rows, columns, lowest, used;
    sscanf(word, "%ld,%ld,%ld:%ln", &rows, &columns, &lowest, &used);
    SAFEARRAYBOUND bounds[2] = {{rows, lowest}, {columns, lowest}};
    SAFEARRAY *array = SafeArrayCreate(VT_VARIANT, columns ? 2 : 1, bounds);
    word += used;
    for (long i = 0; i < rows; i++)
        for (long j = 0; j < (columns ? columns : 1); j++) {
            VARIANT cell = value_from(word);
            LONG at[2] = {lowest + i, lowest + j};
            SafeArrayPutElement(array, at, &cell);
            VariantClear(&cell);
            word += strcspn(word, ";") + 1;
        }
    return array;
}

static VARIANT value_from(const char *word)
{
    VARIANT value;
    const char *rest = word + 2;
    VariantInit(&value);
    switch (word[0]) {
    case 'n': V_VT(&value) = VT_R8; V_R8(&value) = strtod(rest, NULL); break;
    case 'i': V_VT(&value) = VT_I4; V_I4(&value) = atol(rest); break;
    case 'h': V_VT(&value) = VT_I2; V_I2(&value) = (short)atol(rest); break;
    case 'c': V_VT(&value) = VT_CY; V_CY(&value).int64 = strtoll(rest, NULL, 10); break;
    case 'd': V_VT(&value) = VT_DATE; V_DATE(&value) = strtod(rest, NULL); break;
    case 'b': V_VT(&value) = VT_BOOL; V_BOOL(&value) = *rest == '1' ? VARIANT_TRUE : VARIANT_FALSE; break;
    case 's': V_VT(&value) = VT_BSTR; V_BSTR(&value) = text_from(rest); break;
    case 'x': V_VT(&value) = VT_ERROR; V_ERROR(&value) = 0x800A0000 + atol(rest); break;
    case 'm': V_VT(&value) = VT_ERROR; V_ERROR(&value) = DISP_E_PARAMNOTFOUND; break;
    case 'a': V_VT(&value) = VT_ARRAY | VT_VARIANT; V_ARRAY(&value) = array_from(rest); break;
    case 'e': break;
    default: fprintf(stderr, "no value: %.40s\n", word); exit(9);
    }
    return value;
}

static void show(VARIANT *value);

static void show_array(SAFEARRAY *array)
{
    LONG first[2] = {0, 0}, last[2] = {0, 0}, dimensions = SafeArrayGetDim(array);
    for (LONG i = 0; i < dimensions; i++) {
        SafeArrayGetLBound(array, i + 1, &first[i]);
        SafeArrayGetUBound(array, i + 1, &last[i]);
    }
    printf("a:%ld,%ld,%ld:", last[0] - first[0] + 1, dimensions == 1 ? 0 : last[1] - first[1] + 1, first[0]);
    for (LONG i = first[0]; i <= last[0]; i++)
        for (LONG j = first[1]; j <= last[1]; j++) {
            LONG at[2] = {i, j};
            VARIANT cell;
            VariantInit(&cell);
            SafeArrayGetElement(array, at, &cell);
            show(&cell);
            printf(";");
            VariantClear(&cell);
        }
}

static void show(VARIANT *value)
{
    switch (V_VT(value)) {
    case VT_R8: printf("n:%.17g", V_R8(value)); break;
    case VT_I4: printf("i:%ld", (long)V_I4(value)); break;
    case VT_I2: printf("h:%d", V_I2(value)); break;
    case VT_BOOL: printf("b:%d", V_BOOL(value) != 0); break;
    case VT_EMPTY: printf("e:"); break;
    case VT_BSTR: printf("s:"); show_text(V_BSTR(value)); break;
    case VT_ARRAY | VT_VARIANT: show_array(V_ARRAY(value)); break;
    default: printf("type %d", V_VT(value));
    }
}

/* A late-bound call, as VBA makes it; shows what went wrong. */
static BOOL invoke(IDispatch *object, LPOLESTR name, DISPPARAMS *given, VARIANT *answer)
{
    DISPID id;
    EXCEPINFO thrown = {0};
    VariantInit(answer);
    HRESULT result = IDispatch_GetIDsOfNames(object, &IID_NULL, &name, 1, LOCALE_USER_DEFAULT, &id);
    if (!result)
        result = IDispatch_Invoke(object, id, &IID_NULL, LOCALE_USER_DEFAULT,
            DISPATCH_METHOD | DISPATCH_PROPERTYGET, given, answer, &thrown, NULL);
    if (result) {
        printf("error %08lx ", (unsigned long)result);
        show_text(thrown.bstrDescription);
    }
    return !result;
}

static char *words[64];

static BOOL call(int count, VARIANT *answer)
{
    SAFEARRAYBOUND bound = {count - 3, 0};
    VARIANT arguments, given[3]; /* in reverse: a variant, a string variable and a literal */
    BSTR name = text_from(words[2]);
    V_VT(&arguments) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(&arguments) = SafeArrayCreate(VT_VARIANT, 1, &bound);
    for (LONG i = 3; i < count; i++) {
        LONG at = i - 3;
        VARIANT value = value_from(words[i]);
        SafeArrayPutElement(V_ARRAY(&arguments), &at, &value);
        VariantClear(&value);
    }
    V_VT(&given[0]) = VT_VARIANT | VT_BYREF; V_VARIANTREF(&given[0]) = &arguments;
    V_VT(&given[1]) = VT_BSTR | VT_BYREF; V_BSTRREF(&given[1]) = &name;
    V_VT(&given[2]) = VT_BSTR; V_BSTR(&given[2]) = text_from(words[1]);
    DISPPARAMS parameters = {given, NULL, 3, 0};
    BOOL answered = invoke(server, L"CallUDF", &parameters, answer);
    VariantClear(&arguments);
    VariantClear(&given[2]);
    SysFreeString(name);
    return answered;
}

static void shell(LPOLESTR method, const char *digits)
{
    CLSID class;
    IDispatch *object;
    VARIANT text, answer;
    CLSIDFromProgID(L"WScript.Shell", &class);
    if (CoCreateInstance(&class, NULL, CLSCTX_INPROC_SERVER, &IID_IDispatch, (void **)&object)) {
        printf("error no shell");
        return;
    }
    V_VT(&text) = VT_BSTR; V_BSTR(&text) = text_from(digits);
    DISPPARAMS parameters = {&text, NULL, 1, 0};
    if (invoke(object, method, &parameters, &answer))
        show(&answer);
    VariantClear(&answer);
    VariantClear(&text);
    IDispatch_Release(object);
}

static void start(const char *digits, int mode)
{
    BSTR wide = text_from(digits);
    char command[4096] = ""; /* VBA hands a ByVal String over in Windows' own code page */
    VARIANT answer;
    VariantInit(&answer);
    WideCharToMultiByte(CP_ACP, 0, wide, -1, command, sizeof command, NULL, NULL);
    SysFreeString(wide);
    if (activate(&answer, command, mode) == 0) {
        if (server)
            IDispatch_Release(server);
        server = V_DISPATCH(&answer);
        printf("ok");
    } else {
        show(&answer);
        VariantClear(&answer);
    }
}

static void *of_windows(const char *dll, const char *name)
{
    return (void *)GetProcAddress(LoadLibraryA(dll), name);
}

static LONG_PTR next_window(LONG_PTR parent, LONG_PTR after, const char *digits)
{
    DeclaredFindWindowExA find = (DeclaredFindWindowExA)of_windows("user32", "FindWindowExA");
    BSTR wide = text_from(digits);
    char kind[256] = "";
    WideCharToMultiByte(CP_ACP, 0, wide, -1, kind, sizeof kind, NULL, NULL);
    SysFreeString(wide);
    return find(parent, after, kind, 0);
}

static BOOL owns(LONG_PTR window)
{
    DeclaredGetWindowThreadProcessId process_of =
        (DeclaredGetWindowThreadProcessId)of_windows("user32", "GetWindowThreadProcessId");
    DeclaredGetCurrentProcessId own =
        (DeclaredGetCurrentProcessId)of_windows("kernel32", "GetCurrentProcessId");
    LONG process = 0;
    process_of(window, &process);
    return process == own();
}

static HWND window_of(const char *kind, DWORD style, HWND parent)
{
    WNDCLASSA class = {0};
    class.lpfnWndProc = DefWindowProcA;
    class.lpszClassName = kind;
    RegisterClassA(&class); /* fails where it is Windows' own, or known already */
    return CreateWindowExA(0, kind, "", style, 0, 0, 9, 9, parent, NULL, NULL, NULL);
}

static BOOL dialog(int fields)
{
    static HWND opened;
    if (!fields)
        return DestroyWindow(opened);
    opened = window_of("bosa_sdm_XL9", WS_POPUP, NULL);
    for (int i = 0; i < fields; i++)
        window_of("EDTBX", WS_CHILD, opened);
    return window_of("ScrollBar", WS_CHILD, opened) != NULL;
}

static void end_python(void)
{
    PROCESSENTRY32 each = {sizeof each};
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    int ended = 0;
    for (BOOL more = Process32First(all, &each); more; more = Process32Next(all, &each))
        if (each.th32ParentProcessID == GetCurrentProcessId() && strstr(each.szExeFile, "python")) {
            HANDLE python = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, each.th32ProcessID);
            ended += TerminateProcess(python, 1);
            WaitForSingleObject(python, 10000);
            CloseHandle(python);
        }
    CloseHandle(all);
    printf("%d", ended);
}

static void obey(int count)
{
    VARIANT answer;
    if (!strcmp(words[0], "load")) {
        BSTR path = text_from(words[1]);
        HMODULE dll = LoadLibraryW(path);
        SysFreeString(path);
        if (dll)
            activate = (DeclaredXLPyDLLActivateAuto)GetProcAddress(dll, ACTIVATE);
        printf("%d", dll && activate);
    } else if (!strcmp(words[0], "activate")) {
        start(words[1], atoi(words[2]));
    } else if (!strcmp(words[0], "call")) {
        if (call(count, &answer))
            show(&answer);
        VariantClear(&answer);
    } else if (!strcmp(words[0], "repeat")) {
        long times = atol(words[1]);
        memmove(words, words + 2, (count - 2) * sizeof *words); /* what follows is a call */
        double begun = seconds();
        for (long i = 0; i < times && call(count - 2, &answer); i++)
            VariantClear(&answer);
        printf("n:%.6f", 1000 * (seconds() - begun) / times);
    } else if (!strcmp(words[0], "read")) {
        shell(L"RegRead", words[1]);
    } else if (!strcmp(words[0], "expand")) {
        shell(L"ExpandEnvironmentStrings", words[1]);
    } else if (!strcmp(words[0], "window")) {
        printf("%lld", (long long)next_window(atoll(words[1]), atoll(words[2]), words[3]));
    } else if (!strcmp(words[0], "owns")) {
        printf("%d", owns(atoll(words[1])));
    } else if (!strcmp(words[0], "dialog")) {
        printf("%d", dialog(atoi(words[1])));
    } else if (!strcmp(words[0], "end")) {
        end_python();
    } else if (!strcmp(words[0], "crash")) {
        TerminateProcess(GetCurrentProcess(), 7);
    }
    printf("\n");
    fflush(stdout);
}

int main(void)
{
    char *line = malloc(LARGEST);
    OleInitialize(NULL);
    while (fgets(line, LARGEST, stdin)) {
        int count = 0;
        for (char *word = strtok(line, " \r\n"); word && count < 64; word = strtok(NULL, " \r\n"))
            words[count++] = word;
        if (count)
            obey(count);
    }
    if (server)
        IDispatch_Release(server);
    return 0;
}
