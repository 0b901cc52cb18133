using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using MissBgm.Runtime;
using MissBgm.Service.Endpoints;
using MissBgm.Service.Guards;
using MissBgm.Service.Models;

namespace MissBgm.Service;

/// <summary>A service at work: from when it can be reached until its last answer is given.</summary>
internal sealed class ModelService : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;
    private readonly ServeOptions _options;
    private readonly Draining _draining;

    private ModelService(WebApplication app, ServeOptions options) =>
        (_app, _options, _draining) = (app, options, app.Services.GetRequiredService<Draining>());

    /// <summary>Where it can be reached.</summary>
    internal Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Done when the process is told to end.</summary>
    internal Task Stopping
    {
        get
        {
            var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _app.Lifetime.ApplicationStopping.Register(told.SetResult);
            return told.Task;
        }
    }

    /// <summary>Loads the models and listens.</summary>
    /// <exception cref="MissBgmException">A model cannot be loaded, the token cannot be read, or the port cannot be had.</exception>
    internal static async Task<ModelService> StartAsync(ServeOptions options)
    {
        options.Validate();
        var app = Build(options);
        try
        {
            app.Services.GetRequiredService<ModelShelf>().Load();
            await app.StartAsync();
        }
        catch (Exception e)
        {
            await app.DisposeAsync();
            if (e is not IOException and not System.Net.Sockets.SocketException) throw;
            throw new UserInputException(
                $"{options.Address} port {options.Port} cannot be listened on: {(e.InnerException ?? e).Message.TrimEnd('.')}. Choose another with --port or "
                + "--host.",
                e);
        }

        var service = new ModelService(app, options);
        var (logger, address) = (app.Services.GetRequiredService<ILogger<ModelService>>(), service.Address);
        var names = string.Join(", ", options.Models.Select(model => model.Name));
        logger.Listening(address, names);
        if (!IPAddress.IsLoopback(options.Address) && options.TokenFile is null) logger.Open(options.Address);
        if (OpenFiles.Connections(options.Connections) is var few && few < options.Connections) logger.FewFiles(few, options.Connections);
        return service;
    }

    /// <summary>Takes requests for a little longer while connections close, and gives what has come its answers.</summary>
    internal async Task StopAsync()
    {
        _draining.Begin();
        await Task.Delay(_options.Drain);
        // Each connection ends with its next answer; those on which nothing comes are not waited for.
        await _app.Services.GetRequiredService<Door>().ShutAsync(Patience);
        await _app.StopAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static WebApplication Build(ServeOptions options)
    {
        var connections = OpenFiles.Connections(options.Connections);
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ApplicationName = "missbgm-serve", ContentRootPath = AppContext.BaseDirectory });
        // What the options say is all there is to say: no settings file, nothing of the environment but how OpenTelemetry is to send.
        builder.Configuration.Sources.Clear();
        if (options.Telemetry is { } collector)
        {
            builder.Configuration.AddInMemoryCollection(TelemetryExport.Variables(collector));
            TelemetryExport.AddTo(builder.Services);
        }

        Messages.AddTo(builder.Logging, options.JsonLog);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(options.Address, options.Port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaximumBody;
            kestrel.Limits.MaxConcurrentConnections = connections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Timeout + TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<Draining>();
        builder.Services.AddSingleton<Door>();
        builder.Services.AddSingleton<IConnectionListenerFactory>(services => services.GetRequiredService<Door>());
        builder.Services.AddSingleton<ModelShelf>();
        builder.Services.AddSingleton<Admission>();
        builder.Services.AddSingleton<BodyRoom>();
        builder.Services.AddSingleton<ServiceMeter>();
        builder.Services.AddHostedService<ModelReload>();
        builder.Services.AddExceptionHandler<ProblemHandler>();
        builder.Services.AddHealthChecks().AddCheck<Readiness>("models");
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ServiceJson.Default);
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        ApiDescription.AddTo(builder.Services, options.TokenFile is not null);

        var app = builder.Build();
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(status => Problem.WriteAsync(status.HttpContext));
        app.UseMiddleware<Draining.Middleware>();
        if (options.TokenFile is not null) app.UseMiddleware<BearerToken>(BearerToken.Read(options.TokenFile));
        app.UseRouting();
        HealthEndpoints.Map(app);
        ModelEndpoints.Map(app);
        ImputeEndpoint.Map(app);
        PredictEndpoint.Map(app);
        app.MapOpenApi("/openapi/v1.json");
        return app;
    }
}
