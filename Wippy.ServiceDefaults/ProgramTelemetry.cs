using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Wippy.ServiceDefaults;

/// <summary>Sends the traces of a program that runs beside the services and is told by them where to.</summary>
public static class ProgramTelemetry
{
    /// <summary>Begins; disposing the result sends what is left, for at most a few seconds.</summary>
    /// <param name="service">The service it belongs to, such as <c>terminal</c>.</param>
    /// <param name="instance">Tells it from others of that service.</param>
    /// <param name="endpoint">Receiver of OTLP over gRPC.</param>
    /// <param name="headers">As in <c>OTEL_EXPORTER_OTLP_HEADERS</c>; null for none.</param>
    public static IDisposable Start(string service, string instance, Uri endpoint, string? headers) => Sdk.CreateTracerProviderBuilder()
        .ConfigureResource(resource => resource.Clear().AddService(service, serviceInstanceId: instance))
        .AddSource("Wippy.*")
        .AddOtlpExporter(otlp =>
        {
            otlp.Endpoint = endpoint;
            otlp.Headers = headers;
            otlp.Protocol = OtlpExportProtocol.Grpc;
        })
        .Build();
}
