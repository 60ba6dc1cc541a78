Option Explicit

Private WithEvents host As Application ' until Excel has taken the descriptions

' While it opens a workbook, Excel refuses to describe functions; it does so at its start screen
' too, until a workbook is there.
Private Sub Workbook_Open()
    On Error Resume Next
    Set host = Application
    Application.OnTime Now, "'" & Replace(Me.Name, "'", "''") & "'!ThisWorkbook.DescribeFunctions"
End Sub

Private Sub host_WorkbookActivate(ByVal book As Workbook)
    DescribeFunctions
End Sub

Public Sub DescribeFunctions()
    Dim wasSaved As Boolean
    If host Is Nothing Then Exit Sub
    wasSaved = Me.Saved
{descriptions}
    Me.Saved = wasSaved
End Sub

' For the function wizard. Where Excel refuses it, the functions work all the same.
Private Sub Describe(ByVal name As String, ByVal category As String, ByVal purpose As String, ByVal arguments As Variant)
    Dim macro As String
    macro = "'" & Replace(Me.Name, "'", "''") & "'!" & name
    On Error Resume Next
    If UBound(arguments) < LBound(arguments) Then
        Application.MacroOptions Macro:=macro, Description:=purpose, Category:=category
    Else
        Application.MacroOptions Macro:=macro, Description:=purpose, Category:=category, _
            ArgumentDescriptions:=arguments
    End If
    If Err.Number = 0 Then Set host = Nothing
End Sub
