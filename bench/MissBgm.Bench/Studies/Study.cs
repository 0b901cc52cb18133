using MissBgm.Bench.Studies.Bounds;
using MissBgm.Bench.Studies.League;
using MissBgm.Bench.Studies.Values;

namespace MissBgm.Bench.Studies;

/// <summary>A case of a study: a table to make and what to measure on it.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Measure">Measures it: a value for each of the study's columns.</param>
internal sealed record StudyCase(string Name, Func<IReadOnlyList<string>> Measure);

/// <summary>A question about the choice of the mechanism, answered by many small cases.</summary>
/// <param name="Name">Its name on the command line and of its files.</param>
/// <param name="Title">Its title in the report.</param>
/// <param name="Columns">What is measured in each case.</param>
/// <param name="Cases">The cases.</param>
/// <param name="Summarise">The report's text from the cases that are done, by name.</param>
internal sealed record Study(
    string Name, string Title, IReadOnlyList<string> Columns, IReadOnlyList<StudyCase> Cases,
    Func<IReadOnlyList<StudyResult>, string> Summarise)
{
    /// <summary>All studies.</summary>
    public static IReadOnlyList<Study> All { get; } =
    [
        RobustnessStudy.Create(), McarSafetyStudy.Create(), FalseAlarmStudy.Create(), LeagueStudy.Create(), AblationStudy.Create(),
        BoundsStudy.Create(), Inference.InferenceStudy.Create(), Peers.PeerStudy.Create(),
        ZeroStudy.Create(), LookupStudy.Create(),
    ];
}

/// <summary>What a case came to.</summary>
/// <param name="Case">Its name.</param>
/// <param name="Columns">The study's columns.</param>
/// <param name="Values">A value for each.</param>
/// <param name="Commit">The code that ran.</param>
/// <param name="Machine">Where it ran.</param>
internal sealed record StudyResult(string Case, IReadOnlyList<string> Columns, IReadOnlyList<string> Values, string Commit, string Machine)
{
    /// <summary>The text in a column.</summary>
    public string this[string column] => Values[Columns.ToList().IndexOf(column)];

    /// <summary>The number in a column.</summary>
    public double Number(string column) => double.Parse(this[column]);
}
