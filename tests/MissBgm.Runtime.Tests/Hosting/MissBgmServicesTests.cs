using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MissBgm.Runtime.Hosting;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Hosting;

public sealed class MissBgmServicesTests : IDisposable
{
    private readonly TestModel _model = TestModel.OfTwoColumns();
    private readonly Recorder _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _model.Dispose();
    }

    [Fact]
    public async Task An_application_has_one_imputer_that_logs_and_is_closed_with_it()
    {
        Imputer imputer;
        await using (var services = Services(s => s.AddMissBgm(_model.Path).AddMissBgm("/no")))
        {
            Assert.Empty(_log.Lines);
            imputer = services.GetRequiredService<Imputer>();
            Assert.Same(imputer, services.GetRequiredService<Imputer>());
            Assert.StartsWith($"Information: Loaded {_model.Path} in ", Assert.Single(_log.Lines), StringComparison.Ordinal);
            ReadOnlyMemory<double> row = new[] { double.NaN, 2.5 };
            var imputed = await imputer.ImputeAsync(row);
            Assert.Equal(imputer.Impute(row.Span).Cells[0].Mean, imputed.Cells[0].Mean);
            Assert.StartsWith("Debug: Imputed 1 cells of 1 rows in ", _log.Lines[1], StringComparison.Ordinal);
            Assert.Contains(_log.Lines, line => line.StartsWith("Warning: rows: 32 draws of each chain are too few", StringComparison.Ordinal));
        }

        Assert.Throws<ObjectDisposedException>(() => imputer.Impute([double.NaN, 2.5]));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => imputer.ImputeAsync(new double[] { double.NaN, 2.5 }));
    }

    [Fact]
    public void Several_models_are_told_apart_by_keys_and_a_bad_one_is_told_when_it_is_asked_for()
    {
        using var services = Services(s => s.AddMissBgm(_model.Path, key: "good").AddMissBgm("/no", key: "bad"));
        Assert.Equal(_model.Path, services.GetRequiredKeyedService<Imputer>("good").Path);
        Assert.Throws<BundleException>(() => services.GetRequiredKeyedService<Imputer>("bad"));
        Assert.Null(services.GetService<Imputer>());
    }

    [Fact]
    public async Task A_cancelled_call_ends_so()
    {
        using var imputer = Imputer.Load(_model.Path);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => imputer.ImputeAsync(new double[] { double.NaN, 2.5 }, new ImputeOptions(), cancelled.Token));
    }

    private ServiceProvider Services(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(_log));
        add(services);
        return services.BuildServiceProvider();
    }

    private sealed class Recorder : ILoggerProvider, ILogger
    {
        internal List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
