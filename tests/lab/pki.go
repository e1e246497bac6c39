// Certificates, issued from the CAs that machine configs bring.
package main

import (
	"crypto/tls"
	"net"
	"strings"
	"time"

	stdx509 "crypto/x509"

	"github.com/siderolabs/crypto/x509"
)

// issue makes a certificate for the names, each an address or a host name.
func issue(ca *x509.PEMEncodedCertificateAndKey, names []string, options ...x509.Option) (*tls.Certificate, *x509.PEMEncodedCertificateAndKey, error) {
	authority, err := x509.NewCertificateAuthorityFromCertificateAndKey(ca)
	if err != nil {
		return nil, nil, err
	}
	options = append(withNames(names), options...)
	options = append(options, x509.NotAfter(time.Now().Add(365*24*time.Hour)))
	pair, err := x509.NewKeyPair(authority, options...)
	if err != nil {
		return nil, nil, err
	}
	encoded := x509.NewCertificateAndKeyFromKeyPair(pair)
	certificate, err := tls.X509KeyPair(encoded.Crt, encoded.Key)
	return &certificate, encoded, err
}

func withNames(names []string) []x509.Option {
	var addresses []net.IP
	var hosts []string
	for _, name := range names {
		if address := net.ParseIP(name); address != nil {
			addresses = append(addresses, address)
		} else {
			hosts = append(hosts, name)
		}
	}
	return []x509.Option{x509.IPAddresses(addresses), x509.DNSNames(hosts), x509.NotBefore(time.Now().Add(-time.Minute))}
}

var serverUsage = []x509.Option{
	x509.KeyUsage(stdx509.KeyUsageDigitalSignature),
	x509.ExtKeyUsage([]stdx509.ExtKeyUsage{stdx509.ExtKeyUsageServerAuth}),
}

var clientUsage = []x509.Option{
	x509.KeyUsage(stdx509.KeyUsageDigitalSignature),
	x509.ExtKeyUsage([]stdx509.ExtKeyUsage{stdx509.ExtKeyUsageClientAuth}),
}

// serverCertificate serves with a certificate from a CA of a machine config.
func serverCertificate(ca *x509.PEMEncodedCertificateAndKey, names []string) (*tls.Certificate, error) {
	certificate, _, err := issue(ca, names, append(serverUsage, x509.Organization("talos"), x509.CommonName(names[0]))...)
	return certificate, err
}

// clientCertificate is for user `name` in group `group`; PEM, for files and kubeconfigs.
func clientCertificate(ca *x509.PEMEncodedCertificateAndKey, name, group string) (*x509.PEMEncodedCertificateAndKey, error) {
	_, encoded, err := issue(ca, nil, append(clientUsage, x509.Organization(group), x509.CommonName(name))...)
	return encoded, err
}

// maintenanceCertificate is new at each boot and signed by nobody known.
func maintenanceCertificate(names []string) (*tls.Certificate, error) {
	authority, err := x509.NewSelfSignedCertificateAuthority(x509.Organization("talos"))
	if err != nil {
		return nil, err
	}
	return serverCertificate(&x509.PEMEncodedCertificateAndKey{Crt: authority.CrtPEM, Key: authority.KeyPEM}, names)
}

// pool holds PEM certificates, to verify clients by.
func pool(certificates ...[]byte) *stdx509.CertPool {
	pool := stdx509.NewCertPool()
	for _, certificate := range certificates {
		pool.AppendCertsFromPEM(certificate)
	}
	return pool
}

// certificateCache makes a certificate anew only when its names change.
type certificateCache struct {
	names       string
	certificate *tls.Certificate
}

func (c *certificateCache) get(names []string, issue func([]string) (*tls.Certificate, error)) (*tls.Certificate, error) {
	if len(names) == 0 {
		names = []string{"localhost"}
	}
	if joined := strings.Join(names, ","); c.certificate == nil || c.names != joined {
		certificate, err := issue(names)
		if err != nil {
			return nil, err
		}
		c.certificate, c.names = certificate, joined
	}
	return c.certificate, nil
}
