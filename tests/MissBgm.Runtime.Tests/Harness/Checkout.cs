namespace MissBgm.Runtime.Tests.Harness;

/// <summary>The checkout the tests were built from.</summary>
internal static class Checkout
{
    private static readonly string Folder = FindFolder();

    /// <summary>The path of something in it.</summary>
    internal static string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);

    /// <summary>The path of a program that was built with the tests, in its own folder: theirs lacks what the service's framework brings.</summary>
    internal static string Built(string project, string program)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return PathOf(project, "bin", own.Parent!.Name, own.Name, program);
    }

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MissBgm.Toolchain.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run from a checkout");
    }
}
