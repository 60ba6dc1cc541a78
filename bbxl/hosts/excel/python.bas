' Hands a function's arguments to Python and its answer to the cell.
Option Explicit
Option Private Module

Private Const PAUSE As Long = 10 ' seconds until a Python that did not start is tried again
Private Const LATER As Long = vbObjectError + 513 ' Python is not started while the wizard is open

Private server As Object ' Python, kept from the first call on
Private wasThere As Boolean ' whether the Python of the last command answered
Private restarts As Long
Private refusal As String ' why there is no Python
Private refusedAt As Date
Private took As Double ' seconds until it was known

Public Function Answer(ByVal name As String, ByVal arguments As Variant) As Variant
    Dim i As Long, answered As Variant
    On Error GoTo NotAnswered
    For i = LBound(arguments) To UBound(arguments)
        If IsObject(arguments(i)) Then
            If arguments(i).Areas.Count > 1 Then GoTo NotAnswered
            ' By value, in one call, and nothing of Excel stays with Python:
            ' a reference that it kept would keep Excel from ending.
            arguments(i) = UsedPart(arguments(i)).Value2
        End If
    Next i
    On Error GoTo NoPython
    answered = Called(name, arguments)
    On Error GoTo NotAnswered
    Answer = WithErrors(answered)
    Exit Function
NotAnswered:
    Answer = CVErr({value_error})
    Exit Function
NoPython:
    If Err.Number = LATER Then
        Answer = CVErr({not_available})
    ElseIf UBound(arguments) < LBound(arguments) Then
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

' Python's answer. Where it does not answer, it may have been ended: it is started again, once.
Private Function Called(ByVal name As String, ByVal arguments As Variant) As Variant
    If Not server Is Nothing Then
        On Error Resume Next
        Called = server.CallUDF("bbxl.udfs", name, arguments)
        If Err.Number = 0 Then Exit Function
        On Error GoTo 0
        Set server = Nothing
    End If
    Connect urgent:=UBound(arguments) < LBound(arguments)
    Called = server.CallUDF("bbxl.udfs", name, arguments)
End Function

' Sets the server, or raises an error that says why there is none. A failure is remembered
' for some seconds, so that a sheet of cells waits once; one that took long for ten times as
' long, so that Excel is not held again and again. BB_VERSION, which says why, does not wait for
' that; it alone has no arguments.
Private Sub Connect(ByVal urgent As Boolean)
    Dim since As Double, begun As Date
    since = SecondsSince(refusedAt)
    If refusal = "" Or (since >= PAUSE And (urgent Or since >= 10 * took)) Then
        If WizardIsOpen() Then Err.Raise LATER
        begun = Now
        refusal = Attempt()
        refusedAt = Now
        took = SecondsSince(begun)
    End If
    If refusal <> "" Then Err.Raise 53, , refusal
End Sub

' Not by DateDiff, whose whole numbers end at 68 years: at first the moment is 0, in 1899.
Private Function SecondsSince(ByVal moment As Date) As Double
    SecondsSince = Round(Abs(CDbl(Now) - CDbl(moment)) * 86400)
End Function

' Sets the server and answers "", or answers why there is none.
Private Function Attempt() As String
    Dim interpreter As String, answered As Variant, connected As Boolean
    interpreter = InterpreterPath()
    If interpreter = "" Then
        Attempt = "no Python is set; run: bbxl excel install"
    ElseIf Not LoadsFor(interpreter) Then
        Attempt = DLL_NAME & " is not where Python is: " & interpreter
    Else
        connected = Connects(answered, ServerCommand(interpreter))
        If wasThere And Not connected Then
            ' For the same command the DLL may go on asking the Python that was ended.
            restarts = restarts + 1
            connected = Connects(answered, ServerCommand(interpreter))
        End If
        wasThere = connected
        If connected Then Set server = answered Else Attempt = answered
    End If
End Function

' The DLL is in the interpreter's folder or, in a virtual environment, in the one above;
' "pip install --user" puts it into the person's own.
Private Function LoadsFor(ByVal interpreter As String) As Boolean
    LoadsFor = True
    If DllLoads(Folder(interpreter)) Then Exit Function
    If DllLoads(Folder(Folder(interpreter))) Then Exit Function
    LoadsFor = DllLoads(CreateObject("WScript.Shell").ExpandEnvironmentStrings("%APPDATA%\Python"))
End Function

' The full path, and no cmd.exe, which Windows would look for in the current folder, that of
' an untrusted workbook perhaps; for the same reason -P: no module is imported from there.
' The functions are imported first, so that a Python that cannot do it ends at once.
Private Function ServerCommand(ByVal interpreter As String) As String
    Dim quote As String
    quote = Chr(34)
    ServerCommand = quote & interpreter & quote & " -P -B -c " & quote & _
        "import bbxl.udfs, xlwings; xlwings.serve('$(CLSID)')" & quote & " " & restarts
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
