' xlwings' DLL, which starts Python and connects to it. Its name carries xlwings' version.
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
Private Declare PtrSafe Function LoadLibraryW Lib "kernel32" (ByVal path As LongPtr) As LongPtr

Public Function DllLoads(ByVal folder As String) As Boolean
    DllLoads = LoadLibraryW(StrPtr(folder & "\" & DLL_NAME)) <> 0
End Function

' True with the server in answered, or False with the reason.
Public Function Connects(ByRef answered As Variant, ByVal command As String) As Boolean
    Connects = XLPyDLLActivateAuto(answered, command, 1) = 0
End Function
