' Windows' DLLs, and that of xlwings, which starts Python and connects to it. Its name carries
' xlwings' version.
Option Explicit
Option Private Module

#If Win64 Then
Public Const DLL_NAME As String = "xlwings64-{xlwings}.dll"
Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings64-{xlwings}.dll" _
    (ByRef answered As Variant, Optional ByVal command As String = "", Optional ByVal mode As Long = 1) As Long
#Else
Public Const DLL_NAME As String = "xlwings32-{xlwings}.dll"
Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings32-{xlwings}.dll" _
    (ByRef answered As Variant, Optional ByVal command As String = "", Optional ByVal mode As Long = 1) As Long
#End If
Private Declare PtrSafe Function FindWindowExA Lib "user32" _
    (ByVal parent As LongPtr, ByVal after As LongPtr, ByVal kind As String, ByVal title As LongPtr) As LongPtr
Private Declare PtrSafe Function GetWindowThreadProcessId Lib "user32" (ByVal window As LongPtr, ByRef process As Long) As Long
Private Declare PtrSafe Function GetCurrentProcessId Lib "kernel32" () As Long
Private Declare PtrSafe Function LoadLibraryW Lib "kernel32" (ByVal path As LongPtr) As LongPtr

Public Function DllLoads(ByVal folder As String) As Boolean
    DllLoads = LoadLibraryW(StrPtr(folder & "\" & DLL_NAME)) <> 0
End Function

' True with the server in answered, or False with the reason.
Public Function Connects(ByRef answered As Variant, ByVal command As String) As Boolean
    Connects = XLPyDLLActivateAuto(answered, command, 1) = 0
End Function

' The window of a kind that stands in another one (or in none: 0) after one (or the first: 0);
' 0 where there is none.
Public Function NextWindow(ByVal parent As LongPtr, ByVal after As LongPtr, ByVal kind As String) As LongPtr
    NextWindow = FindWindowExA(parent, after, kind, 0)
End Function

Public Function IsOwn(ByVal window As LongPtr) As Boolean
    Dim process As Long
    GetWindowThreadProcessId window, process
    IsOwn = process = GetCurrentProcessId()
End Function
