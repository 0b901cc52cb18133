namespace MissBgm.Trainer.Tests;

/// <summary>Files of the repository the tests run in.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot(DirectoryInfo? folder) => folder switch
    {
        null => throw new InvalidOperationException("the tests do not run inside the repository"),
        _ when File.Exists(Path.Combine(folder.FullName, "MissBgm.Toolchain.sln")) => folder.FullName,
        _ => FindRoot(folder.Parent),
    };
}
