using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Imputation;

namespace MissBgm.Runtime.Hosting;

/// <summary>Models as services of an application.</summary>
public static class MissBgmServices
{
    /// <summary>
    /// Adds an <see cref="Imputer"/>: one for the whole application, loaded when it is first asked for, closed with the application's services. It
    /// logs to the application's <see cref="ILogger{TCategoryName}"/>, if there is one: loading, each imputation (debug), chains that have not converged.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="path">The model: a folder or a .zip file.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="key">Tells several models apart: with one the service is a keyed one.</param>
    /// <remarks>
    /// Whoever asks for the service is told what is wrong with the model: <see cref="BundleException"/>, or <see cref="UserInputException"/> where the
    /// device is not there.
    /// </remarks>
    public static IServiceCollection AddMissBgm(
        this IServiceCollection services, string path, ComputeDevice device = ComputeDevice.Cpu, object? key = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Imputer Load(IServiceProvider provider) => Imputer.Load(path, device, provider.GetService<ILogger<Imputer>>());
        if (key is null) services.TryAddSingleton(Load);
        else services.TryAddKeyedSingleton(key, (provider, _) => Load(provider));
        return services;
    }
}
