' Hands a function's arguments to Python and its answer to the cell.
Option Explicit
Option Private Module

Public Function Answer(ByVal name As String, ByVal arguments As Variant) As Variant
    Dim i As Long
    On Error GoTo NoPython
    For i = LBound(arguments) To UBound(arguments)
        If IsObject(arguments(i)) Then
            If arguments(i).Areas.Count > 1 Then
                Answer = CVErr({value_error})
                Exit Function
            End If
            ' By value, in one call, and nothing of Excel stays with Python:
            ' a reference that it kept would keep Excel from ending.
            arguments(i) = UsedPart(arguments(i)).Value2
        End If
    Next i
    Answer = WithErrors(Server().CallUDF("bbxl.udfs", name, arguments))
    Exit Function
NoPython:
    If UBound(arguments) < LBound(arguments) Then
        Answer = "bbxl does not reach Python: " & Err.Description & " (run: bbxl excel doctor)"
    Else
        Answer = CVErr({name_error})
    End If
End Function

' Whole columns end where the sheet's used range ends.
Private Function UsedPart(ByVal given As Range) As Range
    Dim last As Long
    Set UsedPart = given
    If given.Rows.Count = given.Worksheet.Rows.Count Then
        With given.Worksheet.UsedRange
            last = .Row + .Rows.Count - 1
        End With
        Set UsedPart = given.Resize(last)
    End If
End Function

' A value, a row or a table with the texts of errors made real errors.
Private Function WithErrors(ByVal value As Variant) As Variant
    Dim i As Long, j As Long
    If Not IsArray(value) Then
        value = CellValue(value)
    ElseIf IsTable(value) Then
        For i = LBound(value, 1) To UBound(value, 1)
            For j = LBound(value, 2) To UBound(value, 2)
                value(i, j) = CellValue(value(i, j))
            Next j
        Next i
    Else
        For i = LBound(value) To UBound(value)
            value(i) = CellValue(value(i))
        Next i
    End If
    WithErrors = value
End Function

Private Function IsTable(ByVal value As Variant) As Boolean
    On Error Resume Next
    IsTable = UBound(value, 2) >= LBound(value, 2)
End Function

Private Function CellValue(ByVal value As Variant) As Variant
    CellValue = value
    If VarType(value) <> vbString Then Exit Function
    Select Case value
{error_cases}
    End Select
End Function

Private Function Server() As Object
    Dim interpreter As String, answered As Variant
    interpreter = InterpreterPath()
    If interpreter = "" Then Err.Raise 53, , "no Python is set; run: bbxl excel install"
    ' The DLL is in the interpreter's folder or, in a virtual environment, in the one above.
    If Not DllLoads(Folder(interpreter)) Then
        If Not DllLoads(Folder(Folder(interpreter))) Then
            Err.Raise 53, , DLL_NAME & " is not where Python is: " & interpreter
        End If
    End If
    If Not Connects(answered, ServerCommand(interpreter)) Then Err.Raise 53, , answered
    Set Server = answered
End Function

' As xlwings starts it, but for -P: no module is imported from the current folder,
' which may be that of an untrusted workbook. The outer quotes are for cmd.
Private Function ServerCommand(ByVal interpreter As String) As String
    Dim quote As String
    quote = Chr(34)
    ServerCommand = "cmd.exe  /K " & quote & quote & interpreter & quote & " -P -B -c " & quote & _
        "import xlwings; xlwings.serve('$(CLSID)')" & quote & quote
End Function

' What "bbxl excel install" set for this person on this machine, or else what this file was built with.
Private Function InterpreterPath() As String
    On Error Resume Next
    InterpreterPath = CreateObject("WScript.Shell").RegRead("HKCU\{setting}")
    If InterpreterPath = "" Then InterpreterPath = {interpreter}
End Function

Private Function Folder(ByVal path As String) As String
    Folder = Left(path, InStrRev(path, "\") - 1)
End Function
