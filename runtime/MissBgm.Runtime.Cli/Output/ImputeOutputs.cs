using MissBgm.CommandLine;
using MissBgm.Report.Findings;
using MissBgm.Report.Pages.Imputation;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Shards;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Cli.Output;

/// <summary>The files of one imputation, whatever the kind of the model: of a table at once, or of one part after another.</summary>
internal sealed class ImputeOutputs : IDisposable
{
    /// <summary>Imputations of a table in parts at most: each is a file that is open all the while.</summary>
    internal const int MostOpenImputations = 64;

    private readonly OutputTransaction _files = new();
    private readonly List<TableTextWriter> _parts = [];
    private CellParts? _cellParts;
    private readonly OutputFile _completed;
    private readonly OutputFile? _cells;
    private readonly MultipleImputations? _multiple;
    private readonly string _multipleFolder = "";
    private readonly OutputFile? _report;
    private readonly ReportDraws? _reported;

    /// <summary>Opens the files that are asked for.</summary>
    /// <exception cref="UserInputException">A place cannot be written, or no imputation is asked for.</exception>
    internal ImputeOutputs(string completed, string? cells, string? draws, int? multiple, string? multipleFolder, string? report)
    {
        try
        {
            _ = TableFileKind.Of(completed);
            _completed = _files.Open(completed);
            _cells = cells is null ? null : _files.Open(cells);
            if (multiple is { } count)
            {
                _multiple = new MultipleImputations(count);
                _multipleFolder = multipleFolder!;
                // Whether the folder can be written shows now, and not after the work.
                new OutputFile(Imputation(0)).Dispose();
            }

            Shard = new ShardOutputs(completed, cells, draws, [.. Enumerable.Range(0, multiple ?? 0).Select(Imputation)]);
            _report = report is null ? null : _files.Open(report);
            _reported = report is null ? null : new ReportDraws();
            IDrawSink?[] sinks = [_multiple, _reported, draws is null ? null : new DrawsFile(_files.Open(draws).Stream)];
            Sinks = [.. sinks.OfType<IDrawSink>()];
        }
        catch
        {
            _files.Dispose();
            throw;
        }
    }

    /// <summary>What the imputation has to hand its draws to.</summary>
    internal IReadOnlyList<IDrawSink> Sinks { get; }

    /// <summary>Whether standard output is one of the files, so that nothing else may go there.</summary>
    internal bool TakeStandardOutput => _files.TakesStandardOutput;

    /// <summary>The files that shards are put together of.</summary>
    internal ShardOutputs Shard { get; }

    /// <summary>The places of the files.</summary>
    internal IReadOnlyList<string> Paths => _files.Paths;

    /// <summary>Writes all files but the report.</summary>
    /// <param name="imputed">The table.</param>
    /// <param name="rounded">Whether the completed table has whole numbers in columns of whole numbers.</param>
    internal void Write(ImputedTable imputed, bool rounded)
    {
        imputed.WriteCompleted(_completed.Stream, rounded, TableFileKind.Of(_completed.Path));
        if (_cells is not null) imputed.WriteCells(_cells.Stream);
        for (var i = 0; i < (_multiple?.Count ?? 0); i++)
        {
            var number = i;
            _files.Write(Imputation(i), stream => imputed.WriteImputation(stream, _multiple!, number));
        }
    }

    /// <summary>Writes a part of the table after those before; what is completed is text.</summary>
    /// <param name="part">The part.</param>
    /// <param name="rounded">As above.</param>
    internal void Append(ImputedTable part, bool rounded)
    {
        if (_parts.Count == 0)
        {
            _parts.Add(new TableTextWriter(_completed.Stream, part.Source, TableFileKind.Of(_completed.Path).Packing));
            for (var i = 0; i < (_multiple?.Count ?? 0); i++) _parts.Add(new TableTextWriter(_files.Open(Imputation(i)).Stream, part.Source));
            if (_cells is not null) _cellParts = new CellParts(Path.GetDirectoryName(Path.GetFullPath(_completed.Path))!);
        }

        part.WriteCompleted(_parts[0], rounded);
        for (var i = 1; i < _parts.Count; i++) part.WriteImputation(_parts[i], _multiple!, i - 1);
        _cellParts?.Add(part);
    }

    /// <summary>Writes the report.</summary>
    /// <param name="imputed">The table.</param>
    /// <param name="imputer">What imputed it.</param>
    /// <param name="options">How.</param>
    /// <param name="hash">SHA-256 of the table's file, as far as it is one.</param>
    internal void Report(ImputedTable imputed, Imputer imputer, ImputeOptions options, string? hash)
    {
        if (_report is null) return;
        ImputationPage.Write(_report.Stream, new ImputationFindings(imputer, imputed, _reported!, options)
        {
            ToolVersion = CommandLineHost.VersionOf<MissBgmApp>(),
            TableHash = hash,
        });
    }

    /// <summary>Ends all files and puts them into their places.</summary>
    internal void Commit()
    {
        foreach (var text in _parts)
        {
            text.End();
            text.Dispose();
        }

        _cellParts?.Write(_cells!.Stream);
        _files.Commit();
    }

    private string Imputation(int index) => Path.Combine(_multipleFolder, $"imputation_{index + 1}.csv");

    public void Dispose()
    {
        _cellParts?.Dispose();
        _files.Dispose();
    }
}
