using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Wippy.ServiceDefaults;

/// <summary>
/// Ends this process when the AppHost that started it is gone, however it went: nobody is left who would stop the service,
/// show its output or give its ports back.
/// </summary>
internal static class ParentWatch
{
    /// <summary>The AppHost's process id; without it there is nothing to watch.</summary>
    public const string Variable = "WIPPY_PARENT_PID";

    /// <summary>Watches from a thread of its own: a busy thread pool must not delay the end.</summary>
    /// <param name="parentPid">A process id in decimal digits, or null.</param>
    /// <exception cref="InvalidOperationException">Not a process id.</exception>
    public static void Start(string? parentPid)
    {
        if (parentPid is null)
            return;
        if (!int.TryParse(parentPid, NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            throw new InvalidOperationException($"{Variable} is '{parentPid}', expected the process id of the AppHost.");
        new Thread(() =>
        {
            WaitForExit(pid);
            // At once, without handlers that might wait for somebody.
            Process.GetCurrentProcess().Kill();
        })
        { IsBackground = true, Name = "Parent watch" }.Start();
    }

    private static void WaitForExit(int pid)
    {
        try
        {
            using var parent = Process.GetProcessById(pid);
            using var self = Process.GetCurrentProcess();
            // A parent is older than its child. A younger process has been given the number after the parent's end.
            if (parent.StartTime <= self.StartTime)
                parent.WaitForExit();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // There is no such process any more.
        }
    }
}
