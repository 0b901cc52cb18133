using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MissBgm.Service;

/// <summary>What is counted and traced of the work itself; ASP.NET Core counts requests, their durations and statuses.</summary>
internal sealed class ServiceMeter : IDisposable
{
    internal const string Name = "MissBgm.Service";

    private readonly Meter _meter;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _cells;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _reloads;

    public ServiceMeter(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _rows = _meter.CreateCounter<long>("missbgm.rows", "{row}", "Rows of answered requests, by model.");
        _cells = _meter.CreateCounter<long>("missbgm.imputed_cells", "{cell}", "Imputed cells, by model.");
        _refused = _meter.CreateCounter<long>("missbgm.refused_requests", "{request}", "Requests refused because too many waited.");
        _reloads = _meter.CreateCounter<long>("missbgm.reloads", "{reload}", "Bundles replaced while serving, by model and outcome.");
    }

    /// <summary>Spans of the work.</summary>
    internal static ActivitySource Activities { get; } = new(Name);

    internal void Answered(string model, int rows, int cells)
    {
        var tag = new KeyValuePair<string, object?>("model", model);
        _rows.Add(rows, tag);
        _cells.Add(cells, tag);
    }

    internal void Refused() => _refused.Add(1);

    internal void Reloaded(string model, bool well) =>
        _reloads.Add(1, new KeyValuePair<string, object?>("model", model), new KeyValuePair<string, object?>("outcome", well ? "replaced" : "kept"));

    public void Dispose() => _meter.Dispose();
}
