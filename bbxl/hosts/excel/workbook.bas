Option Explicit

' Once Excel has opened a workbook: before that it refuses to describe functions.
Private Sub Workbook_Open()
    Application.OnTime Now, "'" & Replace(Me.Name, "'", "''") & "'!ThisWorkbook.DescribeFunctions"
End Sub

Public Sub DescribeFunctions()
    Dim wasSaved As Boolean
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
End Sub
