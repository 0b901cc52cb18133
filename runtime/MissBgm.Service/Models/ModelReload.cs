namespace MissBgm.Service.Models;

/// <summary>Looks again and again whether a bundle was replaced; file systems of networks tell of no changes by themselves.</summary>
internal sealed class ModelReload(ModelShelf shelf, ServeOptions options, ServiceMeter meter, ILogger<ModelReload> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Reload == TimeSpan.Zero) return;
        using var timer = new PeriodicTimer(options.Reload);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var model in shelf.Models) Refresh(model);
        }
    }

    private void Refresh(ServedModel model)
    {
        if (model.Refresh() is not { } replaced) return;
        meter.Reloaded(model.Name, replaced);
        if (replaced) logger.Replaced(model.Name, model.Loaded.Hash);
        else logger.Kept(model.Name, model.Fault!);
    }
}
