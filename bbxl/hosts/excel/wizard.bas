' Whether the function wizard is open, in which Excel calls a function at each letter that is typed.
Option Explicit
Option Private Module

' Its dialog has five fields and a scroll bar, in every language (as Excel-DNA finds it). That
' commands are disabled is no sign of it: they are so while Excel opens a workbook too.
Public Function WizardIsOpen() As Boolean
    Const DIALOG As String = "bosa_sdm_XL9"
    Dim window As Variant
    window = NextWindow(0, 0, DIALOG)
    Do While window <> 0 And Not WizardIsOpen
        If IsOwn(window) Then
            WizardIsOpen = Parts(window, "EDTBX") = 5 And Parts(window, "ScrollBar") = 1
        End If
        window = NextWindow(0, window, DIALOG)
    Loop
End Function

Private Function Parts(ByVal window As Variant, ByVal kind As String) As Long
    Dim part As Variant
    part = NextWindow(window, 0, kind)
    Do While part <> 0
        Parts = Parts + 1
        part = NextWindow(window, part, kind)
    Loop
End Function
