using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer.Pfn.Evaluation;

/// <summary>Reads the key <c>evaluation_tables</c>.</summary>
internal static class EvaluationTableReader
{
    private const string Key = "evaluation_tables";

    /// <summary>Reads the list; a file that is not in the working directory is sought beside the configuration.</summary>
    /// <param name="yaml">The configuration.</param>
    /// <param name="path">The configuration's file.</param>
    public static IReadOnlyList<EvaluationTable> Read(YamlSection yaml, string path) => [.. yaml.Sections(Key).Select(section => ReadTable(section, path))];

    private static EvaluationTable ReadTable(YamlSection yaml, string path)
    {
        var (file, target) = (yaml.Word("file"), yaml.Word("target"));
        if (file is null) throw yaml.Fault("needs the key 'file', a table's file, such as {file: data/wine.csv}");
        var found = new[] { file, Path.Combine(Path.GetDirectoryName(path) ?? "", file) }.FirstOrDefault(File.Exists)
            ?? throw yaml.Fault($"names the file '{file}', which is neither in the working directory nor beside the configuration; correct the path");
        return new EvaluationTable { File = found, Target = target, Origin = yaml.Origin };
    }
}
